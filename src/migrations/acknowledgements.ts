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
function findAcknowledgements(sql: string): readonly Acknowledgement[] {
  if (!sql.includes('safety-gate:')) return [];
  const found: Acknowledgement[] = [];
  let line = 1;
  let newline = sql.indexOf('\n');
  for (const match of sql.matchAll(pattern)) {
    while (newline !== -1 && newline < match.index) {
      line += 1;
      newline = sql.indexOf('\n', newline + 1);
    }
    const [, rule = '', rest = ''] = match;
    const end = rest.indexOf('*/');
    found.push({ line, rule, reason: (end === -1 ? rest : rest.slice(0, end)).trim() });
  }
  return found;
}

const commentLine = /^\s*(--|#|\/\*.*\*\/\s*$)/;

/** For each line (from 1): the first of the comment lines directly above it, or the line itself. */
function firstLines(sql: string): readonly number[] {
  const first = [1, 1];
  sql.split('\n').forEach((text, at) => {
    const line = at + 1;
    first.push(commentLine.test(text) ? (first[line] ?? line) : line + 1);
  });
  return first;
}

/** Index of the first entry that stands at the line or below it. */
function firstFrom(list: readonly Acknowledgement[], line: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.line ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The acknowledgements of one file, and which of them have been obeyed. */
export interface Acknowledgements {
  /** The statement's hazards, those acknowledged that a comment on its own lines or directly above it names with a reason. */
  honour(statement: Pick<StatementFacts, 'line' | 'endLine'>, hazards: readonly Hazard[]): Hazard[];
  /** Comments that got nothing: no reason, no such rule, nothing to ignore. */
  unused(): readonly Acknowledgement[];
}

const none: Acknowledgements = { honour: (_, hazards) => [...hazards], unused: () => [] };

/** Takes time that grows with the file, however many statements share a line with however many comments. */
export function readAcknowledgements(sql: string): Acknowledgements {
  const all = findAcknowledgements(sql);
  if (all.length === 0) return none;
  const first = firstLines(sql);
  const byRule = Map.groupBy(
    all.filter(({ reason }) => reason !== ''),
    ({ rule }) => rule,
  );
  const used = new Set<Acknowledgement>();
  const usedUpTo = new Map<string, number>();
  const obey = (rule: string, from: number, to: number): string | undefined => {
    const list = byRule.get(rule) ?? [];
    const start = firstFrom(list, from);
    const end = firstFrom(list, to + 1);
    // Statements come in order, so what an earlier one has used is not gone through again.
    for (let at = Math.max(start, usedUpTo.get(rule) ?? 0); at < end; at += 1) {
      const each = list[at];
      if (each !== undefined) used.add(each);
    }
    if (end > start) usedUpTo.set(rule, Math.max(end, usedUpTo.get(rule) ?? 0));
    return end > start ? list[start]?.reason : undefined;
  };
  return {
    honour: ({ line, endLine }, hazards) =>
      hazards.map((hazard) => {
        const reason = obey(hazard.rule, first[line] ?? line, endLine);
        return reason === undefined ? hazard : { ...hazard, acknowledged: reason };
      }),
    unused: () => all.filter((each) => !used.has(each)),
  };
}
