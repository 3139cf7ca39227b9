/** One statement of a MySQL script: text and where it starts and ends, in UTF-16 units. */
export interface MysqlStatementText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Where a quoted string, quoted identifier or comment that starts at `at` ends; undefined if none does. */
export function skipMysqlQuoted(sql: string, at: number): number | undefined {
  const letter = sql[at] ?? '';
  if (letter === "'" || letter === '"' || letter === '`') {
    for (let next = at + 1; next < sql.length; next += 1) {
      if (sql[next] === '\\' && letter !== '`') next += 1;
      else if (sql[next] === letter && sql[next + 1] === letter) next += 1;
      else if (sql[next] === letter) return next + 1;
    }
    return sql.length;
  }
  // MySQL: "--" starts a comment only before white space (Comments, 11.7)
  if (letter === '#' || /^--(\s|$)/.test(sql.slice(at, at + 3))) {
    const newline = sql.indexOf('\n', at);
    return newline === -1 ? sql.length : newline + 1;
  }
  if (!sql.startsWith('/*', at) || /^\/\*(!|M!)/.test(sql.slice(at, at + 4))) return undefined; // executable comments are SQL
  const close = sql.indexOf('*/', at + 2);
  return close === -1 ? sql.length : close + 2;
}

/** First character of the statement: behind white space and comments. */
export function firstWord(sql: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const letter = sql[at] ?? '';
    const isComment = letter === '#' || sql.startsWith('--', at) || sql.startsWith('/*', at);
    const end = isComment ? skipMysqlQuoted(sql, at) : undefined;
    if (end !== undefined) at = end;
    else if (/\s/.test(letter)) at += 1;
    else break;
  }
  return Math.min(at, to);
}

/** Splits a script at its delimiter, which the client's DELIMITER command can change. */
export function splitMysql(sql: string): readonly MysqlStatementText[] {
  const statements: MysqlStatementText[] = [];
  let delimiter = ';';
  let from = 0;
  const finish = (end: number): void => {
    const start = firstWord(sql, from, end);
    if (start < end) statements.push({ text: sql.slice(start, end).trimEnd(), start, end });
  };
  for (let at = 0; at < sql.length; ) {
    const command = /^delimiter[ \t]+(\S+)[^\n]*/i.exec(sql.slice(at, at + 100));
    if (command !== null && firstWord(sql, from, at) === at && (at === 0 || sql[at - 1] === '\n')) {
      delimiter = command[1] ?? ';';
      at += command[0].length;
      from = at;
      continue;
    }
    const end = skipMysqlQuoted(sql, at);
    if (end !== undefined) at = end;
    else if (sql.startsWith(delimiter, at)) {
      finish(at);
      at += delimiter.length;
      from = at;
    } else at += 1;
  }
  finish(sql.length);
  return statements;
}
