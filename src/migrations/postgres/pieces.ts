import { leadingSpace, skipQuoted } from './sql-text.ts';

/** A run of whole statements of a text, by UTF-16 offsets. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** Characters that may open quotes or a comment, nest, or end a statement. */
const punctuation = /['"$\-/();]/g;
const createsRoutine = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/i;
const words = /['"$\-/]|\b(?:begin|case|end)\b/gi;

/**
 * Whether a semicolon behind this text stands inside a body in SQL (BEGIN ATOMIC … END), which holds statements of its own.
 * psql tells it the same way: psqlscan.l, begin_depth.
 */
function isInsideBody(text: string): boolean {
  if (!createsRoutine.test(text) || !/\bbegin\s+atomic\b/i.test(text)) return false;
  let depth = 0;
  words.lastIndex = 0;
  for (let found = words.exec(text); found !== null; found = words.exec(text)) {
    const quoted = skipQuoted(text, found.index);
    if (quoted !== undefined) words.lastIndex = quoted;
    else if (/^end$/i.test(found[0])) depth -= 1;
    else if (/^begin$/i.test(found[0]) || (/^case$/i.test(found[0]) && depth > 0)) depth += 1;
  }
  return depth > 0;
}

/** Offsets behind the semicolons that end statements. */
function* statementEnds(sql: string): Generator<number> {
  let depth = 0;
  let start = 0;
  for (let at = 0; ; at += 1) {
    punctuation.lastIndex = at;
    const found = punctuation.exec(sql);
    if (found === null) return;
    at = found.index;
    const quoted = skipQuoted(sql, at);
    if (quoted !== undefined) at = quoted - 1;
    else if (found[0] === '(') depth += 1;
    else if (found[0] === ')') depth -= 1;
    else if (found[0] === ';' && depth === 0) {
      if (isInsideBody(sql.slice(start + leadingSpace(sql, start, at), at))) continue;
      start = at + 1;
      yield start;
    }
  }
}

/** Whether nothing but white space and comments is left, each of which has its end. */
function isEmptyFrom(sql: string, from: number): boolean {
  const rest = `${sql.slice(from)}\n;`; // a comment without an end takes the semicolon in
  return leadingSpace(rest, 0, rest.length) < rest.length;
}

/**
 * Cuts a text into pieces of whole statements, each as short as it can be from `leastUnits` on, so that parse trees need not all be
 * made at once. White space and comments in front of a piece are left out.
 */
export function* piecesOf(sql: string, leastUnits: number): Generator<Piece> {
  const start = (from: number): number => from + leadingSpace(sql, from, sql.length);
  let before = 0;
  let from = start(0);
  for (const end of statementEnds(sql)) {
    if (end - from < leastUnits) continue;
    yield { from, to: end };
    before = end;
    from = start(end);
  }
  if (from < sql.length) yield { from, to: sql.length };
  else if (!isEmptyFrom(sql, before)) yield { from: before, to: sql.length };
}
