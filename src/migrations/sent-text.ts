import type { MigrationPart } from './input.ts';

/**
 * A part's text as the server gets it: what never reaches it is blank, other delimiters are semicolons. Every character
 * stays where it was in the part.
 */
export function sentText(sql: string, part: MigrationPart): string {
  const { from, to, delimiters = [], blank = [] } = part;
  if (delimiters.length === 0 && blank.length === 0) return from === 0 && to === sql.length ? sql : sql.slice(from, to);
  const changes = [
    ...delimiters.map((range) => ({ ...range, first: ';' })),
    ...blank.map(({ instead = '', ...range }) => ({ ...range, first: instead })),
  ].sort((one, other) => one.from - other.from);
  const pieces: string[] = [];
  let at = from;
  for (const change of changes) {
    if (change.from < at || change.to > to) continue;
    const gap = sql.slice(change.from, change.to).replace(/[^\r\n]/g, ' ');
    pieces.push(sql.slice(at, change.from), change.first, gap.slice(change.first.length));
    at = change.to;
  }
  return [...pieces, sql.slice(at, to)].join('');
}
