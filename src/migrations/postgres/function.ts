import type { CreateFunctionStmt, Node } from 'libpg-query';
import { nameParts, nodeAs, stringOf, stringsOf } from './node.ts';
import { parseSql } from './parser.ts';
import { lockReads } from './query.ts';
import type { Scene } from './scene.ts';
import { functionKey, inlinableBody } from './volatility.ts';

function option(statement: CreateFunctionStmt, name: string): Node | undefined {
  const found = (statement.options ?? []).map((each) => nodeAs(each, 'DefElem')).find((each) => each?.defname === name);
  return found?.arg;
}

/** The body as text; for LANGUAGE C it is a file's name. */
function bodyText(statement: CreateFunctionStmt): string | undefined {
  const as = option(statement, 'as');
  return nodeAs(as, 'List') === undefined ? stringOf(as) : nameParts(as)[0];
}

/** The tables that an SQL function's body names are opened when the function is checked. PostgreSQL: fmgr_sql_validator, pg_proc.c. */
function lockBody(body: string, scene: Scene): void {
  let statements: Node[];
  try {
    statements = (parseSql(body).stmts ?? []).map(({ stmt }) => stmt).filter((each) => each !== undefined);
  } catch {
    scene.opaque('the body of the SQL function does not parse');
    return;
  }
  for (const statement of statements) lockReads(statement, scene, false);
}

/** CREATE FUNCTION and PROCEDURE: notes the volatility; only the body of an SQL function is read at once. */
export function createFunction(statement: CreateFunctionStmt, scene: Scene): void {
  const language = (stringOf(option(statement, 'language')) ?? 'sql').toLowerCase();
  const body = bodyText(statement);
  const volatility = stringOf(option(statement, 'volatility')) ?? 'volatile';
  scene.catalog.functions.set(functionKey(stringsOf(statement.funcname)), {
    volatile: volatility === 'volatile',
    inlineBody: language === 'sql' && body !== undefined ? inlinableBody(body) : undefined,
    plpgsqlBody: language === 'plpgsql' ? body : undefined,
  });
  if (statement.sql_body !== undefined) lockReads(statement.sql_body, scene, false);
  else if (language === 'sql' && body !== undefined) lockBody(body, scene);
}
