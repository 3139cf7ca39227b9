import { createRequire } from 'node:module';
import { followHeldLocks } from '../held-locks.ts';
import type { AnalysisInput, MigrationPart, SqlFile } from '../input.ts';
import { judgeByChanges } from '../rollback-safety/judge-by-changes.ts';
import { sentText } from '../sent-text.ts';
import { ignoring } from '../session-start.ts';
import { sourceText } from '../source-text.ts';
import type { AnalysedFile, FileError, FileFacts, StatementFacts } from '../statement.ts';
import type { MysqlTree } from './ast.ts';
import { readMysqlStatement } from './readers.ts';
import { createMysqlScene } from './scene.ts';
import { firstWord, type MysqlStatementText, splitMysql } from './split.ts';
import type { MysqlCatalog } from './tables.ts';

/** Text of one statement to its tree. @throws what the parser throws for text outside its grammar */
type Parse = (sql: string) => MysqlTree;

interface ParserModule {
  readonly Parser: new () => { astify(sql: string, options: { database: string }): unknown };
}

const builds = {
  mysql: ['node-sql-parser/build/mysql.js'],
  // The build for MariaDB lacks forms that MariaDB shares with MySQL (ADD PRIMARY KEY, ADD CHECK): MySQL's is tried second.
  mariadb: ['node-sql-parser/build/mariadb.js', 'node-sql-parser/build/mysql.js'],
} as const;

/** Builds of node-sql-parser that fit the dialect, 276 kB each where the whole package has 2.5 MB; each loaded when needed. */
function createParse(dialect: 'mysql' | 'mariadb'): Parse {
  const require = createRequire(import.meta.url);
  const loaded = new Map<string, InstanceType<ParserModule['Parser']>>();
  const parseWith = (path: string, sql: string): MysqlTree => {
    const { Parser } = require(path) as ParserModule; // the build files are CommonJS without types of their own
    const parser = loaded.get(path) ?? new Parser();
    loaded.set(path, parser);
    const tree = parser.astify(sql, { database: path.includes('mariadb') ? 'mariadb' : 'mysql' });
    return (Array.isArray(tree) ? tree[0] : tree) as MysqlTree; // what the parser returns, read field by field
  };
  const [first, second] = builds[dialect];
  if (second === undefined) return (sql) => parseWith(first, sql);
  return (sql) => {
    try {
      return parseWith(first, sql);
    } catch (problem) {
      try {
        return parseWith(second, sql);
      } catch {
        throw problem; // what MariaDB's own grammar said is the better explanation
      }
    }
  };
}

/** The first words, as MySQL names commands: without what stands between the verb and its object. */
function commandOf(text: string): string {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, ' ').trimStart();
  const match =
    /^(create|drop|alter)\s+(?:or\s+replace\s+|temporary\s+|unique\s+|fulltext\s+|spatial\s+|ignore\s+)*(\w+)/i.exec(
      bare,
    );
  const words =
    match === null
      ? bare
          .slice(0, 40)
          .split(/[\s(;]/)
          .slice(0, 1)
      : [match[1], match[2]];
  const command = words.join(' ').toUpperCase();
  return command === 'RENAME' || command === 'TRUNCATE' || command === 'LOCK' ? `${command} TABLE` : command;
}

interface Attempt {
  readonly tree?: MysqlTree;
  readonly problem?: { message: string; offset: number };
}

function attempt(parse: Parse, statement: MysqlStatementText): Attempt {
  try {
    return { tree: parse(statement.text) };
  } catch (error) {
    const location = (error as { location?: { start?: { offset?: number } } } | undefined)?.location; // PEG.js adds it
    const message =
      error instanceof Error ? error.message.replace(/^Expected [\s\S]* but /, 'syntax error: ') : String(error);
    return { problem: { message: message.slice(0, 200), offset: location?.start?.offset ?? 0 } };
  }
}

/** MySQL 8.0.29 as 8.0029, so that versions compare as numbers. */
function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 99] = version.split('.').map(Number);
  return Number((major + minor / 10 + patch / 10_000).toFixed(4));
}

function partsOf(file: SqlFile): readonly MigrationPart[] {
  return file.parts ?? [{ from: 0, to: file.sql.length, transaction: 'implicit' }];
}

/** The statements of a part, with their places in the file; delimiters of the framework's own split instead of semicolons. */
function splitPart(sql: string, part: MigrationPart): readonly MysqlStatementText[] {
  const text = sentText(sql, part);
  const { from, delimiters } = part;
  if (delimiters === undefined) {
    return splitMysql(text).map((each) => ({ ...each, start: each.start + from, end: each.end + from }));
  }
  const ends = [...delimiters.map((range) => range.from - from), text.length];
  return ends.flatMap((end, at): MysqlStatementText[] => {
    const first = at === 0 ? 0 : (delimiters[at - 1]?.to ?? from) - from;
    const start = firstWord(text, first, end);
    return start < end ? [{ text: text.slice(start, end).trimEnd(), start: start + from, end: end + from }] : [];
  });
}

function analyseFile(file: SqlFile, catalog: MysqlCatalog, parse: Parse, input: AnalysisInput): FileFacts {
  const source = sourceText(file.sql);
  const nul = file.sql.indexOf('\u0000');
  if (nul !== -1) {
    const error = { message: 'NUL byte: remove it', ...source.position(nul) };
    return { path: file.path, error, statements: [] };
  }
  const texts = partsOf(file).flatMap((part) => splitPart(file.sql, part));
  const attempts = texts.map((statement) => attempt(parse, statement));
  const first = attempts[0]?.problem;
  if (first !== undefined && attempts.every(({ tree }) => tree === undefined) && !texts.some(knownGap)) {
    const error: FileError = { message: first.message, ...source.position((texts[0]?.start ?? 0) + first.offset) };
    return { path: file.path, error, statements: [] };
  }
  catalog.foreignKeyChecks = true;
  const held = followHeldLocks();
  const withIgnored = ignoring(input.session.ignoreTables);
  const version = versionNumber(input.serverVersion);
  const statements = texts.map((statement, index): StatementFacts => {
    const { scene, result } = createMysqlScene(catalog, {
      text: statement.text,
      mariadb: input.dialect === 'mariadb',
      version,
    });
    const { tree, problem } = attempts[index] ?? {};
    if (tree !== undefined) readMysqlStatement(tree, scene);
    else scene.opaque(`the parser does not know this form: ${problem?.message ?? ''}`);
    const { effects, changes, createdInSet, opaqueReason } = result();
    return {
      index,
      ...source.position(statement.start),
      endLine: source.position(statement.start + statement.text.length).line,
      start: statement.start,
      end: statement.start + statement.text.length,
      kind: commandOf(statement.text),
      ...(opaqueReason === undefined ? {} : { opaqueReason }),
      effects,
      changes,
      createdInSet: withIgnored(effects.locks, createdInSet),
      transaction: index,
      scope: 'own', // definition changes commit by themselves: MySQL, "Statements That Cause an Implicit Commit"
      ...held.before(),
      lockTimeoutMs: undefined,
      settings: new Set(),
      blockedBefore: false,
      serverVersion: version,
    };
  });
  return { path: file.path, statements };
}

/** Statements of MySQL's that begin like SQL but are outside the parser's grammar; their file is readable all the same. */
function knownGap({ text }: MysqlStatementText): boolean {
  return /^(alter|create|drop|optimize|analyze|repair|rename|grant|revoke|call|load|flush|delimiter)\b\s+\w/i.test(
    text,
  );
}

/** Analyses the files in their order; unknown tables are taken to exist. */
export function analyseMysql(input: AnalysisInput): readonly AnalysedFile[] {
  const parse = createParse(input.dialect === 'mariadb' ? 'mariadb' : 'mysql');
  const catalog: MysqlCatalog = { tables: new Map(), database: undefined, foreignKeyChecks: true, inHistory: true };
  for (const file of input.history) analyseFile(file, catalog, parse, input);
  catalog.inHistory = false;
  return input.files.map((file) => {
    const facts = analyseFile(file, catalog, parse, input);
    return { ...facts, rollback: judgeByChanges(facts, file.down !== undefined) };
  });
}
