import type { CallStmt, DoStmt, ExecuteStmt, ExplainStmt, Node, PrepareStmt } from 'libpg-query';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why, Work } from '../effects.ts';
import { sourceText } from '../source-text.ts';
import { notVolatileBuiltins } from './builtin-functions.ts';
import { nodeAs, stringOf, stringsOf } from './node.ts';
import { isOutOfStack, parseSql } from './parser.ts';
import { readPlpgsql } from './plpgsql.ts';
import { runQuery } from './query.ts';
import type { Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

export type ReadStatement = (node: Node, scene: Scene) => void;

/** SQL that stands inside another statement, parsed. */
export interface NestedSql {
  readonly sql: string;
  readonly nodes: readonly Node[];
  /** Why it cannot be read. */
  readonly error?: string;
}

export function parseNested(sql: string): NestedSql {
  try {
    const { stmts = [] } = parseSql(sql);
    return { sql, nodes: stmts.map(({ stmt }) => stmt).filter((stmt) => stmt !== undefined) };
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    return { sql, nodes: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads SQL that stands inside another statement, with its own text and positions. */
export function readNested({ sql, nodes, error }: NestedSql, scene: Scene, read: ReadStatement): void {
  const at = sourceText(sql).fromByte;
  for (const node of nodes) read(node, { ...scene, text: sql, at });
  if (error !== undefined) scene.opaque(`a statement inside does not parse: ${error}`);
}

function readExpression(expression: string, scene: Scene): void {
  try {
    for (const { stmt } of parseSql(`SELECT ${expression}`).stmts ?? []) runQuery(stmt, scene);
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    scene.opaque('an expression inside does not parse'); // the server would refuse it as well
  }
}

/** DO: static SQL of the body is read as if every branch ran; what is put together at run time is opaque. */
export function readDo(statement: DoStmt, scene: Scene, read: ReadStatement): void {
  const options = (statement.args ?? []).map((each) => nodeAs(each, 'DefElem'));
  const language = stringOf(options.find((each) => each?.defname === 'language')?.arg) ?? 'plpgsql';
  const body = stringOf(options.find((each) => each?.defname === 'as')?.arg) ?? '';
  if (language.toLowerCase() !== 'plpgsql') {
    scene.opaque(`DO runs code in ${language}, which is not read`);
    return;
  }
  const { statements, expressions, opaque } = readPlpgsql(body);
  for (const reason of opaque) scene.opaque(reason);
  for (const each of statements) readNested(parseNested(each), scene, read);
  for (const each of expressions) readExpression(each, scene);
}

export function readCall(statement: CallStmt, scene: Scene): void {
  const name = stringsOf(statement.funccall?.funcname).join('.');
  scene.opaque(`what procedure ${name} does is not known`);
}

/** Functions that change the session or are known to touch no table. */
const harmless = new Set([
  'set_config',
  'nextval',
  'setval',
  'currval',
  'pg_sleep',
  'random',
  'gen_random_uuid',
  'pg_advisory_lock',
  'pg_advisory_xact_lock',
  'pg_advisory_unlock',
  'pg_notify',
  'clock_timestamp',
]);

/** `SELECT f(…)` without a table runs f for what f does, and nobody knows what that is. */
export function noteUnknownCalls(query: Node, scene: Scene): void {
  const select = nodeAs(query, 'SelectStmt');
  if (select === undefined || select.fromClause !== undefined) return;
  for (const target of select.targetList ?? []) {
    const call = nodeAs(nodeAs(target, 'ResTarget')?.val, 'FuncCall');
    if (call === undefined) continue;
    const key = functionKey(stringsOf(call.funcname));
    if (!harmless.has(key) && !notVolatileBuiltins.has(key)) scene.opaque(`what function ${key} does is not known`);
  }
}

/** A query that is planned and not run takes its locks, but reads and changes nothing. */
export function plannedOnly(scene: Scene): Scene {
  const nothing = (relation: Relation, why: Why): Work => ({ relation: qualifiedName(relation), ...why });
  return { ...scene, scan: nothing, change: () => undefined, lose: () => undefined };
}

/** PREPARE and EXPLAIN lock as the query would; EXECUTE runs what was prepared elsewhere. */
export function readPrepare(statement: PrepareStmt, scene: Scene, read: ReadStatement): void {
  if (statement.query !== undefined) read(statement.query, plannedOnly(scene));
}

export function readExplain(statement: ExplainStmt, scene: Scene, read: ReadStatement): void {
  const runs = (statement.options ?? []).some((each) => nodeAs(each, 'DefElem')?.defname === 'analyze');
  if (statement.query !== undefined) read(statement.query, runs ? scene : plannedOnly(scene));
}

export function readExecute(statement: ExecuteStmt, scene: Scene): void {
  scene.opaque(`what the prepared statement ${statement.name} does is not followed`);
}
