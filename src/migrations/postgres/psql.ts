import { skipQuoted } from './sql-text.ts';

const copyFromStdin = /^\s*copy\b[\s\S]*\bfrom\s+stdin\b/i;

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** End of the data of a COPY … FROM stdin: behind the line that holds nothing but `\.`, or the text's end. */
function endOfCopyData(sql: string, from: number): number {
  const end = /^\\\.[ \t]*\r?$/m;
  const rest = sql.slice(from);
  const match = end.exec(rest);
  return match === null ? sql.length : from + match.index + match[0].length;
}

/** Statement text without comments in front, to see whether it is a COPY. */
function isCopyFromStdin(statement: string): boolean {
  return copyFromStdin.test(statement.replace(/^(\s+|--[^\n]*\n)+/, ''));
}

/**
 * Takes out of a script what psql reads and the server never sees: lines that start with a backslash (`\c`, `\set`,
 * `\restrict` of pg_dump) and the rows below COPY … FROM stdin. Each character becomes a space, so that every position
 * stays what it was.
 */
export function blankPsql(sql: string): string {
  if (!/^[ \t]*\\/m.test(sql)) return sql;
  const parts: string[] = [];
  let copied = 0;
  let statement = 0;
  const cut = (from: number, to: number): void => {
    parts.push(sql.slice(copied, from), blank(sql.slice(from, to)));
    copied = to;
  };
  for (let at = 0; at < sql.length; ) {
    const quoted = skipQuoted(sql, at);
    if (quoted !== undefined) {
      at = quoted;
    } else if (sql[at] === ';') {
      const isCopy = isCopyFromStdin(sql.slice(statement, at));
      at += 1;
      if (isCopy) {
        const end = endOfCopyData(sql, at);
        cut(at, end);
        at = end;
      }
      statement = at;
    } else if (sql[at] === '\\' && /(^|\n)[ \t]*$/.test(sql.slice(Math.max(0, at - 100), at))) {
      const newline = sql.indexOf('\n', at);
      const end = newline === -1 ? sql.length : newline;
      cut(at, end);
      at = end;
    } else at += 1;
  }
  parts.push(sql.slice(copied));
  return parts.join('');
}
