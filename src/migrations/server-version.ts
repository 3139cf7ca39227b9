import type { Dialect } from './report.ts';

/** Majors of PostgreSQL whose effects were measured. */
const oldest = 12;
const newest = 18;

export const defaultServerVersions: Readonly<Record<Dialect, string>> = {
  postgresql: '16',
  mysql: '8.0',
  mariadb: '10.11',
};

/** The analysis does not know what this version does. */
export class UnsupportedServerVersion extends Error {
  override readonly name = 'UnsupportedServerVersion';
  readonly code = 'unsupported-server-version';
}

function majorOf(serverVersion: string): number {
  return Number.parseInt(serverVersion, 10);
}

/** Why a version cannot be judged: SET NOT NULL, ATTACH PARTITION and others did more in older ones. Undefined where it can. */
export function refuseServerVersion(dialect: Dialect, serverVersion: string): string | undefined {
  if (dialect !== 'postgresql' || majorOf(serverVersion) >= oldest) return undefined;
  return `"${serverVersion}": the analysis knows PostgreSQL ${oldest} to ${newest}; write the version that production runs`;
}

/** @throws UnsupportedServerVersion */
export function checkServerVersion(dialect: Dialect, serverVersion: string): void {
  const refusal = refuseServerVersion(dialect, serverVersion);
  if (refusal !== undefined) throw new UnsupportedServerVersion(`server version ${refusal}`);
}

/** What the report says of a version that came after the last one measured; undefined for the others. */
export function describeNewerVersion(dialect: Dialect, serverVersion: string): string | undefined {
  if (dialect !== 'postgresql' || majorOf(serverVersion) <= newest) return undefined;
  return `PostgreSQL ${serverVersion} is judged as ${newest}, the newest whose effects were measured`;
}
