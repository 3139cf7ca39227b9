import { type AnalysisInput, type LintRequest, withoutByteOrderMark } from './input.ts';
import { judgeFile } from './judge-file.ts';
import { type Dialect, type LintReport, summarise, verdictOf } from './report.ts';
import { rules } from './rules/rules.ts';
import type { AnalysedFile } from './statement.ts';

export type { LintRequest, SqlFile, UnreadableFile } from './input.ts';

export const defaultServerVersions: Readonly<Record<Dialect, string>> = {
  postgresql: '16',
  mysql: '8.0',
  mariadb: '10.11',
};

async function analyse(input: AnalysisInput): Promise<readonly AnalysedFile[]> {
  if (input.dialect === 'postgresql') {
    const { analysePostgres } = await import('./postgres/analyse.ts');
    return analysePostgres(input);
  }
  const { analyseMysql } = await import('./mysql/analyse.ts');
  return analyseMysql(input);
}

/**
 * The only pipeline from SQL text to a report; doors and checks call it. Text in, plain data out: it reads no file and
 * asks no server. A file that does not parse gets an `error`, and the others are judged all the same.
 */
export async function lint(request: LintRequest): Promise<LintReport> {
  const dialect = request.dialect ?? 'postgresql';
  const serverVersion = request.serverVersion ?? defaultServerVersions[dialect];
  const readable = request.files.filter((file) => 'sql' in file).map(withoutByteOrderMark);
  const history = (request.history ?? []).map(withoutByteOrderMark);
  const analysed = await analyse({ files: readable, history, dialect, serverVersion });
  let next = 0;
  const files = request.files.map((file) => {
    if (!('sql' in file)) return { path: file.path, error: file.error, statements: [] };
    const at = next++;
    const facts = analysed[at];
    if (facts === undefined) throw new Error(`the analysis left out ${file.path}`);
    return judgeFile(facts, readable[at]?.sql ?? '', rules, dialect === 'postgresql' ? 'postgresql' : 'mysql');
  });
  const summary = summarise(files);
  return { version: 1, dialect, serverVersion, timeZone: 'UTC', files, summary, verdict: verdictOf(summary) };
}
