import type { CreateFunctionStmt, Node } from 'libpg-query';
import { spellType } from '../catalog/column-type.ts';
import { columnTypeOf, nameParts, nodeAs, stringOf, stringsOf } from './node.ts';
import { isOutOfStack, parseSql } from './parser.ts';
import { lockReads } from './query.ts';
import { quoteIdentifier } from './quote.ts';
import { recordRoutine } from './routine.ts';
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
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    scene.opaque('the body of the SQL function does not parse');
    return;
  }
  for (const statement of statements) lockReads(statement, scene, false);
}

/** Argument types, as ALTER FUNCTION wants them. */
function signatureOf(statement: CreateFunctionStmt): string {
  const parameters = (statement.parameters ?? []).map((each) => nodeAs(each, 'FunctionParameter'));
  const given = parameters.filter((each) => each?.mode !== 'FUNC_PARAM_OUT' && each?.mode !== 'FUNC_PARAM_TABLE');
  const types = given.map((each) => {
    const type = columnTypeOf(each?.argType);
    return type === undefined ? '' : spellType(type);
  });
  return `${stringsOf(statement.funcname).map(quoteIdentifier).join('.')}(${types.join(', ')})`;
}

/** SECURITY DEFINER without a search_path of its own. PostgreSQL: CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely". */
function noteOpenDefiner(statement: CreateFunctionStmt, scene: Scene): void {
  if (nodeAs(option(statement, 'security'), 'Boolean')?.boolval !== true) return;
  const settings = (statement.options ?? []).map((each) => nodeAs(nodeAs(each, 'DefElem')?.arg, 'VariableSetStmt'));
  if (settings.some((setting) => setting?.name === 'search_path')) return;
  if (statement.sql_body !== undefined) return; // names in it were looked up when it was made
  const relation = stringsOf(statement.funcname).join('.');
  const what = statement.is_procedure === true ? 'PROCEDURE' : 'FUNCTION';
  const signature = signatureOf(statement);
  scene.change({ type: 'open-security-definer', relation, table: relation, what, signature, work: [] });
}

/** CREATE FUNCTION and PROCEDURE: notes the volatility; only the body of an SQL function is read at once. */
export function createFunction(statement: CreateFunctionStmt, scene: Scene): void {
  recordRoutine(statement, scene);
  const language = (stringOf(option(statement, 'language')) ?? 'sql').toLowerCase();
  const body = bodyText(statement);
  const volatility = stringOf(option(statement, 'volatility')) ?? 'volatile';
  scene.catalog.functions.set(functionKey(stringsOf(statement.funcname)), {
    volatile: volatility === 'volatile',
    inlineBody: language === 'sql' && body !== undefined ? inlinableBody(body) : undefined,
    plpgsqlBody: language === 'plpgsql' ? body : undefined,
    returnsTrigger: stringsOf(statement.returnType?.names).at(-1) === 'trigger',
    // One that is replaced was there before.
    origin: scene.catalog.functions.get(functionKey(stringsOf(statement.funcname)))?.origin ?? scene.catalog.origin,
  });
  noteOpenDefiner(statement, scene);
  if (statement.sql_body !== undefined) lockReads(statement.sql_body, scene, false);
  else if (language === 'sql' && body !== undefined) lockBody(body, scene);
}
