import type { AnalysedFile } from './statement.ts';

/** What tools fill in before the server sees a text: Flyway, Liquibase, templates, psql, drivers, sqlcmd. */
const placeholder =
  /\$\{[^}\r\n]+\}|\{\{[^\r\n]*?\}\}|<%[^\r\n]*?%>|\$\([\w.]+\)|%\(\w+\)s|@[A-Za-z_][\w.]*@|(?<![:\w]):(?:[A-Za-z_]\w*|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")/g;

/** Characters before and behind an error in which a placeholder is looked for. */
const reach = 200;

/** An error that stands at a placeholder says so: the text is not what the server will get. */
export function withPlaceholderNamed(file: AnalysedFile, sql: string): AnalysedFile {
  const { error } = file;
  if (error === undefined) return file;
  const line = sql.split('\n', error.line)[error.line - 1] ?? '';
  const from = Math.max(0, error.column - reach);
  const near = line.slice(from, error.column + reach);
  const found = [...near.matchAll(placeholder)].findLast(({ index }) => from + index <= error.column);
  if (found === undefined) return file;
  const message = `${error.message}: ${found[0]} is a placeholder; give the text with its value in place`;
  return { ...file, error: { ...error, message } };
}
