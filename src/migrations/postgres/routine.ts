import type {
  AlterFunctionStmt,
  CreateFunctionStmt,
  FunctionParameter,
  Node,
  ObjectWithArgs,
  TypeName,
} from 'libpg-query';
import { creationSchema, key, type Routine } from '../catalog/catalog.ts';
import { spellType } from '../catalog/column-type.ts';
import { fingerprint } from './expression-facts.ts';
import { columnTypeOf, nodeAs, stringsOf } from './node.ts';
import type { Scene } from './scene.ts';

/** Words of DROP and ALTER for what is called. */
export const routineKinds: ReadonlySet<string> = new Set([
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_ROUTINE',
  'OBJECT_AGGREGATE',
]);

/** Options that no call feels: the body is compared by itself, and how it is planned changes no answer. */
const quietOptions = new Set(['as', 'language', 'volatility', 'cost', 'rows', 'parallel', 'support', 'leakproof']);

/** Modifiers are no part of an argument's type (CREATE FUNCTION, "Notes"). */
function argumentType(typeName: TypeName | undefined): string {
  const type = columnTypeOf(typeName);
  return type === undefined ? '?' : spellType({ ...type, modifiers: [], dimensions: Math.min(1, type.dimensions) });
}

function isInput({ mode }: FunctionParameter): boolean {
  return mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE';
}

function parametersOf(statement: CreateFunctionStmt): FunctionParameter[] {
  return (statement.parameters ?? [])
    .map((each) => nodeAs(each, 'FunctionParameter'))
    .filter((each) => each !== undefined);
}

/** What a call gives back: the return type, with the columns of OUT parameters and RETURNS TABLE. */
function returnsOf(statement: CreateFunctionStmt): string {
  const out = parametersOf(statement)
    .filter(({ mode }) => mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_INOUT' || mode === 'FUNC_PARAM_TABLE')
    .map(({ name, argType }) => `${name ?? ''} ${argumentType(argType)}`);
  const type = columnTypeOf(statement.returnType);
  const setOf = statement.returnType?.setof === true ? 'setof ' : '';
  return `${setOf}${type === undefined ? '' : spellType({ ...type, modifiers: [] })}${out.length > 0 ? `(${out.join(', ')})` : ''}`;
}

function schemaOf(names: readonly string[], scene: Scene): string {
  return names.at(-2) ?? creationSchema(scene.catalog);
}

/** The overloads of that name, by the schema that is named or the first on the path that has any. */
function overloads(names: readonly string[], scene: Scene): { at: string; all: Routine[] } {
  const name = names.at(-1) ?? '';
  const schemas = names.length > 1 ? [names.at(-2) ?? ''] : scene.catalog.searchPath;
  const schema = schemas.find((each) => scene.catalog.routines.has(key(each, name))) ?? schemaOf(names, scene);
  const at = key(schema, name);
  return { at, all: scene.catalog.routines.get(at) ?? [] };
}

function sameInputs(one: Routine, inputs: readonly string[] | undefined): boolean {
  return inputs === undefined || one.inputs === undefined || one.inputs.join() === inputs.join();
}

/** CREATE [OR REPLACE] FUNCTION and PROCEDURE, as calls see it. */
export function recordRoutine(statement: CreateFunctionStmt, scene: Scene): void {
  const names = stringsOf(statement.funcname);
  const inputs = parametersOf(statement).filter(isInput);
  const routine: Routine = {
    schema: schemaOf(names, scene),
    name: names.at(-1) ?? '',
    kind: statement.is_procedure === true ? 'procedure' : 'function',
    inputs: inputs.map(({ argType }) => argumentType(argType)),
    inputNames: inputs.map(({ name }) => name ?? ''),
    defaults: inputs.filter(({ defexpr }) => defexpr !== undefined).length,
    returns: returnsOf(statement),
    body: fingerprint([
      statement.options?.filter((each) => nodeAs(each, 'DefElem')?.defname === 'as'),
      statement.sql_body,
    ]),
    options: fingerprint(
      statement.options?.filter((each) => !quietOptions.has(nodeAs(each, 'DefElem')?.defname ?? '')),
    ),
    origin: scene.catalog.origin,
    madeBy: scene.catalog.serial,
  };
  const at = key(routine.schema, routine.name);
  const all = scene.catalog.routines.get(at) ?? [];
  const standing = all.find((each) => sameInputs(each, routine.inputs));
  // Where not all is known, what OR REPLACE meets may have been there, with a body that nobody saw.
  const met = standing ?? (statement.replace === true && !scene.catalog.complete ? unseen(routine) : undefined);
  if (met !== undefined && met.body !== routine.body) {
    const loss = { what: 'object', object: `${met.schema}.${met.name}`, reason: 'its body is replaced' } as const;
    scene.lose({ ...loss, source: 'ProcedureCreate, pg_proc.c' }, met.origin === 'set');
  }
  if (standing === undefined && met !== undefined) scene.catalog.assumedRoutines.push(met);
  scene.catalog.routines.set(at, [...all.filter((each) => each !== standing), routine]);
}

/** The same function as it may have been before anybody looked. */
function unseen(routine: Routine): Routine {
  return { ...routine, body: '?', options: '?', origin: 'assumed' };
}

/** The routine that a DROP or ALTER names; where it is not known it is taken to have been there. */
function routineOf(object: ObjectWithArgs | undefined, scene: Scene): { at: string; found: Routine } | undefined {
  const names = stringsOf(object?.objname);
  const inputs = object?.args_unspecified === true ? undefined : inputsOf(object);
  const { at, all } = overloads(names, scene);
  const standing = all.find((each) => sameInputs(each, inputs));
  if (standing !== undefined) return { at, found: standing };
  if (scene.catalog.complete) return undefined;
  const found: Routine = {
    schema: schemaOf(names, scene),
    name: names.at(-1) ?? '',
    kind: 'function',
    inputs,
    inputNames: [],
    defaults: 0,
    returns: '?',
    body: '?',
    options: '?',
    origin: 'assumed',
  };
  const gone = scene.catalog.assumedRoutines.some(
    (each) => key(each.schema, each.name) === at && sameInputs(each, inputs),
  );
  if (!gone) scene.catalog.assumedRoutines.push(found);
  return { at, found };
}

function inputsOf(object: ObjectWithArgs | undefined): string[] {
  const parameters = (object?.objfuncargs ?? []).map((each) => nodeAs(each, 'FunctionParameter'));
  if (parameters.length > 0)
    return parameters
      .filter((each) => each !== undefined)
      .filter(isInput)
      .map(({ argType }) => argumentType(argType));
  return (object?.objargs ?? []).map((each) => argumentType(nodeAs(each, 'TypeName')));
}

/** DROP FUNCTION, PROCEDURE, ROUTINE or AGGREGATE. */
export function dropRoutine(object: ObjectWithArgs | undefined, scene: Scene, missingOk: boolean): void {
  const named = routineOf(object, scene);
  if (named === undefined) return;
  const { at, found } = named;
  scene.catalog.routines.set(
    at,
    (scene.catalog.routines.get(at) ?? []).filter((each) => each !== found),
  );
  const loss = {
    what: 'object',
    object: `${found.schema}.${found.name}`,
    source: 'RemoveFunctionById, functioncmds.c',
  } as const;
  const reason =
    missingOk && found.origin === 'assumed' ? 'the routine is dropped, if it was there' : 'the routine is dropped';
  scene.lose({ ...loss, reason }, found.origin === 'set');
}

/** ALTER FUNCTION … RENAME TO or SET SCHEMA. */
export function moveRoutine(object: Node | undefined, scene: Scene, to: { name?: string; schema?: string }): void {
  const named = routineOf(nodeAs(object, 'ObjectWithArgs'), scene);
  if (named === undefined) return;
  const { at, found } = named;
  scene.catalog.routines.set(
    at,
    (scene.catalog.routines.get(at) ?? []).filter((each) => each !== found),
  );
  const moved = { ...found, ...to };
  const next = key(moved.schema, moved.name);
  scene.catalog.routines.set(next, [...(scene.catalog.routines.get(next) ?? []), moved]);
}

/** ALTER FUNCTION … SECURITY DEFINER, SET search_path and the like: volatility and cost change no call. */
export function alterRoutine(statement: AlterFunctionStmt, scene: Scene): void {
  const actions = (statement.actions ?? []).filter((each) => !quietOptions.has(nodeAs(each, 'DefElem')?.defname ?? ''));
  const named = routineOf(statement.func, scene);
  if (actions.length === 0 || named === undefined) return;
  const { at, found } = named;
  const changed = { ...found, options: `${found.options}${fingerprint(actions)}` };
  scene.catalog.routines.set(at, [...(scene.catalog.routines.get(at) ?? []).filter((each) => each !== found), changed]);
}
