import { commentsOf, type Engine } from './comments.ts';
import type { Hazard } from './hazard.ts';
import { blankPsql } from './postgres/psql.ts';
import { sourceText } from './source-text.ts';
import type { StatementFacts } from './statement.ts';

/** One rule of a comment `-- safety-gate: ignore <rule>[,<rule>…] <reason>`; `ignore-file` speaks for the whole file. */
export interface Acknowledgement {
  readonly line: number;
  /** UTF-16 offset of the comment. */
  readonly at: number;
  readonly word: string;
  readonly rule: string;
  readonly reason: string;
}

/** The words that may stand behind `safety-gate:`. */
export const acknowledgementWords = ['ignore', 'ignore-file'] as const;

const words: readonly string[] = acknowledgementWords;

/** A line of a comment that speaks to us; the colon is not asked for where the word leaves no doubt. */
const directive = /^[\s*#/-]*safety-gate(?::[ \t]*([\w-]*)|[ \t]+(ignore(?:-file)?)\b)[ \t]*(.*)$/s;
/** More than this of a line is no reason. */
const longestLine = 2000;

/** `a,b reason` and `a, b reason`: behind a comma and a space only what is a rule goes on with the list. */
function readRules(text: string, isRule: (word: string) => boolean): { rules: string[]; reason: string } {
  const [, list = '', tail = ''] = /^((?:[\w-]+,(?=[\w-]))*[\w-]*)(.*)$/s.exec(text) ?? [];
  const rules = list.split(',');
  const another = /^\s*,\s*([\w-]+)(.*)$/s;
  let rest = tail;
  for (let next = another.exec(rest); next !== null && isRule(next[1] ?? ''); next = another.exec(rest)) {
    rules.push(next[1] ?? '');
    rest = next[2] ?? '';
  }
  return { rules, reason: rest.replace(/^[\s:,–—-]+/, '').trim() };
}

function readLine(text: string, isRule: (word: string) => boolean): Omit<Acknowledgement, 'line' | 'at'>[] {
  const match = directive.exec(text.slice(0, longestLine));
  if (match === null) return [];
  const word = match[1] ?? match[2] ?? '';
  if (!words.includes(word)) return [{ word, rule: '', reason: '' }];
  const { rules, reason } = readRules(match[3] ?? '', isRule);
  return rules.map((rule) => ({ word, rule, reason }));
}

/** All acknowledgements of a file, in order, those in strings left out. */
export function findAcknowledgements(
  sql: string,
  engine: Engine,
  isRule: (word: string) => boolean,
): readonly Acknowledgement[] {
  if (!sql.includes('safety-gate')) return [];
  const script = engine === 'postgresql' ? blankPsql(sql) : sql;
  const { position } = sourceText(script);
  return commentsOf(script, engine).flatMap(({ start, end }) => {
    const comment = script.slice(start, end);
    if (!comment.includes('safety-gate')) return [];
    let at = start;
    return comment
      .replace(/\*\/$/, '')
      .split('\n')
      .flatMap((text) => {
        const from = at;
        at += text.length + 1;
        return readLine(text, isRule).map((each) => ({ ...each, at: from, line: position(from).line }));
      });
  });
}

/** For each line (from 1) the first of the comment lines that stand directly above it, or itself. */
function commentsAbove(sql: string, engine: Engine): (line: number) => number {
  const script = engine === 'postgresql' ? blankPsql(sql) : sql;
  const pieces: string[] = [];
  let copied = 0;
  for (const { start, end } of commentsOf(script, engine)) {
    pieces.push(script.slice(copied, start), script.slice(start, end).replace(/[^\n]/g, ' '));
    copied = end;
  }
  const without = [...pieces, script.slice(copied)].join('').split('\n');
  const lines = script.split('\n');
  const first: number[] = [];
  lines.forEach((text, index) => {
    const aboveIsComment = index > 0 && without[index - 1]?.trim() === '' && lines[index - 1]?.trim() !== '';
    first.push(aboveIsComment ? (first[index - 1] ?? index) : index + 1);
    if (text.trim() === '') first[index] = index + 1;
  });
  return (line) => first[line - 1] ?? line;
}

/** The acknowledgements of a file by the statements that they speak of. */
export interface Acknowledgements {
  readonly all: readonly Acknowledgement[];
  /** Takes out of the count what the statement's comments, or the file's, acknowledge. */
  acknowledge(hazards: readonly Hazard[], statement: Pick<StatementFacts, 'line' | 'endLine'>): Hazard[];
  /** Those that no hazard has asked for so far. */
  unused(): readonly Acknowledgement[];
}

const none: Acknowledgements = { all: [], acknowledge: (hazards) => [...hazards], unused: () => [] };

/** Index of the first acknowledgement at or below a line; they rise. */
function firstAtOrBelow(all: readonly Acknowledgement[], line: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.line ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function readAcknowledgements(sql: string, engine: Engine, ids: ReadonlySet<string>): Acknowledgements {
  const all = findAcknowledgements(sql, engine, (word) => ids.has(word));
  if (all.length === 0) return none;
  let firstLine: ((line: number) => number) | undefined;
  const used = new Set<Acknowledgement>();
  const valid = all.filter(({ reason }) => reason !== '');
  const byRule = Map.groupBy(
    valid.filter(({ word }) => word === 'ignore'),
    ({ rule }) => rule,
  );
  const wholeFile = new Map(valid.filter(({ word }) => word === 'ignore-file').map((each) => [each.rule, each]));
  /** On the statement's own lines, or on the comment lines directly above it. */
  const beside = (rule: string, { line, endLine }: Pick<StatementFacts, 'line' | 'endLine'>) => {
    const list = byRule.get(rule);
    if (list === undefined) return undefined;
    firstLine ??= commentsAbove(sql, engine);
    const first = list[firstAtOrBelow(list, firstLine(line))];
    return first !== undefined && first.line <= endLine ? first : undefined;
  };
  return {
    all,
    acknowledge: (hazards, statement) =>
      hazards.map((hazard) => {
        const match = beside(hazard.rule, statement) ?? wholeFile.get(hazard.rule);
        if (match === undefined) return hazard;
        used.add(match);
        return { ...hazard, acknowledged: match.reason, acknowledgedBy: 'comment' };
      }),
    unused: () => all.filter((each) => !used.has(each)),
  };
}
