import type { AnalysedFile } from './statement.ts';

/** What tools fill in before the server sees a text: Flyway, Liquibase, templates, psql, drivers, sqlcmd. */
const placeholder =
  /\$\{[^}\r\n]+\}|\{\{[^\r\n]*?\}\}|<%[^\r\n]*?%>|\$\([\w.]+\)|%\(\w+\)s|@[A-Za-z_][\w.]*@|(?<![:\w]):(?:[A-Za-z_]\w*|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")/g;

/** An error that stands at a placeholder says so: the text is not what the server will get. */
export function withPlaceholderNamed(file: AnalysedFile, sql: string): AnalysedFile {
  const { error } = file;
  if (error === undefined) return file;
  const line = sql.split('\n', error.line)[error.line - 1] ?? '';
  const found = [...line.matchAll(placeholder)].findLast(({ index }) => index <= error.column);
  if (found === undefined) return file;
  const message = `${error.message}: ${found[0]} is a placeholder; give the text with its value in place`;
  return { ...file, error: { ...error, message } };
}
