import type { CreateFunctionStmt, Node } from 'libpg-query';
import type { KnownFunction, Parameter } from '../catalog/catalog.ts';
import { spellType } from '../catalog/column-type.ts';
import { settingOf } from './lock-timeout.ts';
import { columnTypeOf, nameParts, nodeAs, stringOf, stringsOf } from './node.ts';
import { isOutOfStack, parseSql } from './parser.ts';
import { lockChecked } from './query.ts';
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
  for (const statement of statements) lockChecked(statement, scene);
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

function parametersOf(statement: CreateFunctionStmt): Parameter[] {
  const all = (statement.parameters ?? []).map((each) => nodeAs(each, 'FunctionParameter'));
  const given = all.filter((each) => each?.mode !== 'FUNC_PARAM_OUT' && each?.mode !== 'FUNC_PARAM_TABLE');
  return given.map((each) => {
    const type = columnTypeOf(each?.argType);
    return { name: each?.name, type: type === undefined ? '' : spellType(type), byDefault: each?.defexpr };
  });
}

function searchPathOf(statement: CreateFunctionStmt): readonly string[] | undefined {
  const settings = (statement.options ?? []).map((each) => nodeAs(nodeAs(each, 'DefElem')?.arg, 'VariableSetStmt'));
  const setting = settings.find((each) => each?.name === 'search_path');
  return setting === undefined ? undefined : settingOf({ VariableSetStmt: setting })?.values;
}

const signatureKey = ({ parameters }: Pick<KnownFunction, 'parameters'>): string =>
  parameters.map(({ type }) => type).join();

/** CREATE FUNCTION and PROCEDURE: notes what calls need; only the body of an SQL function is read at once. */
export function createFunction(statement: CreateFunctionStmt, scene: Scene): void {
  recordRoutine(statement, scene);
  const language = (stringOf(option(statement, 'language')) ?? 'sql').toLowerCase();
  const body = bodyText(statement);
  const volatility = stringOf(option(statement, 'volatility')) ?? 'volatile';
  const key = functionKey(stringsOf(statement.funcname));
  const known = scene.catalog.functions.get(key);
  const parameters = parametersOf(statement);
  const namesakes = known === undefined ? [] : [known, ...known.others];
  scene.catalog.functions.set(key, {
    volatile: volatility === 'volatile',
    inlineBody: language === 'sql' && body !== undefined ? inlinableBody(body) : undefined,
    plpgsqlBody: language === 'plpgsql' ? body : undefined,
    plpgsql: language === 'plpgsql' && body !== undefined ? scene.text : undefined,
    sqlBody: language === 'sql' ? body : undefined,
    parameters,
    searchPath: searchPathOf(statement),
    others: namesakes.filter((each) => signatureKey(each) !== signatureKey({ parameters })),
    returnsTrigger: stringsOf(statement.returnType?.names).at(-1) === 'trigger',
    // One that is replaced was there before.
    origin: known?.origin ?? scene.catalog.origin,
  });
  noteOpenDefiner(statement, scene);
  const polymorphic = parameters.some(({ type }) =>
    /^any(element|array|range|enum|nonarray|compatible\w*|multirange)/.test(type),
  );
  if (statement.sql_body !== undefined) lockChecked(statement.sql_body, scene);
  else if (language === 'sql' && body !== undefined && !polymorphic && scene.catalog.checksBodies)
    lockBody(body, scene);
}
