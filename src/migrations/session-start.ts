/** What the runner's sessions begin with, as far as it matters here. */
export interface SessionStart {
  readonly timeZone: string;
  readonly searchPath: readonly string[];
  /** Undefined: nothing is said about lock_timeout. */
  readonly lockTimeoutMs: number | undefined;
  /** `name` or `schema.name` of tables whose locks trouble nobody. */
  readonly ignoreTables: readonly string[];
}

/** A session about which nobody said anything. */
export const defaultSessionStart: SessionStart = {
  timeZone: 'UTC',
  searchPath: ['public'],
  lockTimeoutMs: undefined,
  ignoreTables: [],
};

/** Adds those of the locked relations that are to be ignored to the ones that nobody can be waiting for. */
export function ignoring(
  tables: readonly string[],
): (locks: readonly { readonly relation: string }[], created: ReadonlySet<string>) => ReadonlySet<string> {
  if (tables.length === 0) return (_, created) => created;
  const names = new Set(tables);
  const isIgnored = (relation: string): boolean =>
    names.has(relation) || names.has(relation.slice(relation.indexOf('.') + 1));
  return (locks, created) =>
    new Set([...created, ...locks.map(({ relation }) => relation).filter((relation) => isIgnored(relation))]);
}
