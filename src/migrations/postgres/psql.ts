import { leadingSpace, skipQuoted } from './sql-text.ts';

const copyFromStdin = /^copy\b[\s\S]*\bfrom\s+stdin\b/i;

/** As many spaces as there are characters, line ends apart. */
function blank(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.endsWith('\r') ? `${' '.repeat(line.length - 1)}\r` : ' '.repeat(line.length)))
    .join('\n');
}

const restOfLine = /[ \t]*\r?(?:\n|$)/y;

/** End of the data of a COPY … FROM stdin: behind the line that holds nothing but `\.`, or the text's end. */
function endOfCopyData(sql: string, from: number): number {
  for (let at = sql.indexOf('\\.', from); at !== -1; at = sql.indexOf('\\.', at + 2)) {
    restOfLine.lastIndex = at + 2;
    if ((at === from || sql[at - 1] === '\n') && restOfLine.test(sql)) {
      return sql[restOfLine.lastIndex - 1] === '\n' ? restOfLine.lastIndex - 1 : restOfLine.lastIndex;
    }
  }
  return sql.length;
}

/** Whether the statement between the two offsets is a COPY that rows follow; comments in front of it do not count. */
function isCopyFromStdin(sql: string, from: number, to: number): boolean {
  return copyFromStdin.test(sql.slice(from + leadingSpace(sql, from, to), to));
}

function isFirstOnLine(sql: string, at: number): boolean {
  let before = at - 1;
  while (sql[before] === ' ' || sql[before] === '\t') before -= 1;
  return before < 0 || sql[before] === '\n';
}

/** Characters that may open quotes or a comment, that end a statement, or that begin one of psql's own commands. */
const punctuation = /['"$\-/;\\]/g;

/**
 * Takes out of a script what psql reads and the server never sees: lines that start with a backslash (`\c`, `\set`,
 * `\restrict` of pg_dump) and the rows below COPY … FROM stdin. Each character becomes a space, so that every position
 * stays what it was.
 */
export function blankPsql(sql: string): string {
  if (!sql.includes('\\') || !/^[ \t]*\\/m.test(sql)) return sql;
  const parts: string[] = [];
  let copied = 0;
  let statement = 0;
  const cut = (from: number, to: number): void => {
    parts.push(sql.slice(copied, from), blank(sql.slice(from, to)));
    copied = to;
  };
  for (let at = 0; ; ) {
    punctuation.lastIndex = at;
    const found = punctuation.exec(sql);
    if (found === null) break;
    at = found.index;
    const quoted = skipQuoted(sql, at);
    if (quoted !== undefined) {
      at = quoted;
    } else if (found[0] === ';') {
      const isCopy = isCopyFromStdin(sql, statement, at);
      at += 1;
      if (isCopy) {
        const end = endOfCopyData(sql, at);
        cut(at, end);
        at = end;
      }
      statement = at;
    } else if (found[0] === '\\' && isFirstOnLine(sql, at)) {
      const newline = sql.indexOf('\n', at);
      const end = newline === -1 ? sql.length : newline;
      cut(at, end);
      at = end;
    } else at += 1;
  }
  parts.push(sql.slice(copied));
  return parts.join('');
}
