import type { LintReport, LintSummary } from '../report.ts';

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `3 statements in 2 files, 1 error, 0 warnings`, and what else there is. */
export function counted(summary: LintSummary): string {
  return [
    `${count(summary.statements, 'statement')} in ${count(summary.files, 'file')}`,
    count(summary.errors, 'error'),
    count(summary.warnings, 'warning'),
    ...(summary.infos > 0 ? [`${summary.infos} for information`] : []),
    ...(summary.acknowledged > 0 ? [`${summary.acknowledged} acknowledged`] : []),
    ...(summary.opaque > 0 ? [`${summary.opaque} opaque`] : []),
    ...(summary.unreadable > 0 ? [`${count(summary.unreadable, 'file')} unreadable`] : []),
  ].join(', ');
}

/** The server that the report is about: `PostgreSQL 16`. */
export function serverOf({ dialect, serverVersion }: LintReport): string {
  const names = { postgresql: 'PostgreSQL', mysql: 'MySQL', mariadb: 'MariaDB' } as const;
  return `${names[dialect]} ${serverVersion}`;
}
