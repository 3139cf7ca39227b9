import type { Hazard } from './hazard.ts';
import type { StatementFacts } from './statement.ts';

/** One comment `-- safety-gate: ignore <rule> <reason>`, also in the forms of `#` and block comments. */
export interface Acknowledgement {
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

const pattern = /(?:--|#|\/\*)[ \t]*safety-gate:[ \t]*ignore\b[ \t]*([^\s*]*)[ \t]*([^\r\n]*)/g;

/** All such comments of a file, in order. */
export function findAcknowledgements(sql: string): readonly Acknowledgement[] {
  if (!sql.includes('safety-gate:')) return [];
  const found: Acknowledgement[] = [];
  let line = 1;
  let counted = 0;
  for (const match of sql.matchAll(pattern)) {
    for (let at = sql.indexOf('\n', counted); at !== -1 && at < match.index; at = sql.indexOf('\n', at + 1)) {
      line += 1;
      counted = at + 1;
    }
    found.push({ line, rule: match[1] ?? '', reason: (match[2] ?? '').replace(/\*\/.*$/, '').trim() });
  }
  return found;
}

const commentLine = /^\s*(--|#|\/\*.*\*\/\s*$)/;

/** Those that stand on the statement's own lines, or on the comment lines directly above it. */
export function acknowledgementsFor(
  statement: Pick<StatementFacts, 'line' | 'endLine'>,
  all: readonly Acknowledgement[],
  lines: readonly string[],
): readonly Acknowledgement[] {
  let first = statement.line;
  while (first > 1 && commentLine.test(lines[first - 2] ?? '')) first -= 1;
  return all.filter(({ line }) => line >= first && line <= statement.endLine);
}

/** The hazard, with the first acknowledgement that names its rule and gives a reason. */
export function acknowledge(hazard: Hazard, acknowledgements: readonly Acknowledgement[]): Hazard {
  const match = acknowledgements.find(({ rule, reason }) => rule === hazard.rule && reason !== '');
  return match === undefined ? hazard : { ...hazard, acknowledged: match.reason };
}
