import { skipQuoted } from './sql-text.ts';

/**
 * PostgreSQL's scanner takes a run of operator characters as one operator, looks through all of it for the start of a
 * comment, and gives all but the first characters back (scan.l, rule "operator"; the same inside block comments): a run of
 * n characters costs n² steps. Operators have 63 characters at most, so that longer runs are comments or mistakes.
 */
const longest = 500;
const longRun = new RegExp(`[~!@#^&|\`?+*/%<>=-]{${longest},}`, 'g');
const opensQuotes = /['"$\-/]/g;

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** The text with each comment as white space; every position stays what it was. */
function blankComments(sql: string): string {
  const parts: string[] = [];
  let copied = 0;
  opensQuotes.lastIndex = 0;
  for (let found = opensQuotes.exec(sql); found !== null; found = opensQuotes.exec(sql)) {
    const end = skipQuoted(sql, found.index);
    if (end === undefined) continue;
    if (found[0] === '/' || found[0] === '-') {
      // One that nobody closes stays what it is: the parser says so best.
      const closed = found[0] === '-' || sql.endsWith('*/', end);
      if (!closed) return [...parts, sql.slice(copied, found.index), '/*', blank(sql.slice(found.index + 2))].join('');
      parts.push(sql.slice(copied, found.index), blank(sql.slice(found.index, end)));
      copied = end;
    }
    opensQuotes.lastIndex = end;
  }
  return [...parts, sql.slice(copied)].join('');
}

/** First run of operator characters that is none, outside quotes and comments. */
function longOperator(sql: string): number {
  opensQuotes.lastIndex = 0;
  const outside: string[] = [];
  let copied = 0;
  for (let found = opensQuotes.exec(sql); found !== null; found = opensQuotes.exec(sql)) {
    const end = skipQuoted(sql, found.index);
    if (end === undefined) continue;
    outside.push(sql.slice(copied, found.index), ' '.repeat(end - found.index));
    copied = end;
    opensQuotes.lastIndex = end;
  }
  return [...outside, sql.slice(copied)].join('').search(longRun);
}

/**
 * Text that the scanner can read in time that grows with its length, or where it holds a run of operator characters that
 * it cannot.
 */
export function withoutLongOperators(sql: string): { readonly sql: string } | { readonly at: number } {
  longRun.lastIndex = 0;
  if (!longRun.test(sql)) return { sql };
  const blanked = blankComments(sql);
  const at = longOperator(blanked);
  return at === -1 ? { sql: blanked } : { at };
}
