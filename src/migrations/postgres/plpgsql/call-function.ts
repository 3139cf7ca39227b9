import type { FuncCall } from 'libpg-query';
import type { Catalog, KnownFunction } from '../../catalog/catalog.ts';
import { sourceText } from '../../source-text.ts';
import { parseNested } from '../nested-sql.ts';
import { nodeAs, stringsOf } from '../node.ts';
import type { Scene } from '../scene.ts';
import { functionKey } from '../volatility.ts';
import { evaluate } from './evaluate.ts';
import { type Runner, runSelect } from './execution.ts';
import { createFrame, type Frame } from './frame.ts';
import { knownRows } from './known-rows.ts';
import { runRoutine } from './run.ts';
import type { Surroundings } from './surroundings.ts';
import { createRoutineReader, definitionOfBlock } from './tree.ts';
import type { Value } from './value.ts';

/** Calls within calls are followed this far. */
const deepest = 20;

const readRoutine = createRoutineReader();

/** The function that a call means: by name, and by the number of arguments where there are several. */
function functionOf(names: readonly string[], count: number, catalog: Catalog): KnownFunction | undefined {
  const known = catalog.functions.get(functionKey(names));
  const all = known === undefined ? [] : [known, ...known.others];
  const fits = ({ parameters }: KnownFunction): boolean =>
    count <= parameters.length && parameters.slice(count).every(({ byDefault }) => byDefault !== undefined);
  return all.find(fits) ?? known;
}

const hasBody = (known: KnownFunction | undefined): known is KnownFunction =>
  known?.plpgsql !== undefined || known?.sqlBody !== undefined;

/** Arguments in the order of the parameters, with defaults for those that are not given. */
function orderArguments(
  call: FuncCall,
  args: readonly Value[],
  { parameters }: KnownFunction,
  catalog: Catalog,
  version: number,
): Value[] {
  const outside: Surroundings = {
    catalog,
    version,
    variable: () => undefined,
    parameter: () => undefined,
    call: () => undefined,
    rows: knownRows,
  };
  const names = (call.args ?? []).map((each) => nodeAs(each, 'NamedArgExpr')?.name);
  return parameters.map(({ name, byDefault }, at) => {
    const named = name === undefined ? -1 : names.indexOf(name);
    const place = named === -1 && names[at] === undefined && at < args.length ? at : named;
    if (place !== -1) return args[place];
    return byDefault === undefined ? undefined : evaluate(byDefault, outside);
  });
}

/** Runs with the search_path that the function brings along. */
function withSearchPath<Result>(catalog: Catalog, path: readonly string[] | undefined, run: () => Result): Result {
  const before = catalog.searchPath;
  catalog.searchPath = path ?? before;
  try {
    return run();
  } finally {
    catalog.searchPath = before;
  }
}

/** Runs a PL/pgSQL definition. @param presets variables that have a value from the start, by name */
export function runDefinition(
  definition: string,
  args: readonly Value[],
  scene: Scene,
  presets: ReadonlyMap<string, Value> = new Map(),
): { value: Value; fails: boolean } {
  const routine = readRoutine(definition);
  if ('problem' in routine) {
    scene.opaque(`the PL/pgSQL body does not parse: ${routine.problem}`);
    return { value: undefined, fails: false };
  }
  return runRoutine(routine, createFrame(routine, args, presets), { ...scene, depth: scene.depth + 1 }, runner);
}

/** Runs a DO's body. */
export function runBlockText(body: string, scene: Scene): void {
  runDefinition(definitionOfBlock(body), [], scene);
}

/** The statements of an SQL function, one after the other; its value is that of the last one. */
function runSqlBody(body: string, { parameters }: KnownFunction, args: readonly Value[], scene: Scene): Value {
  const datums = parameters.map(({ name }) => ({ PLpgSQL_var: { refname: name ?? '' } }));
  const frame: Frame = createFrame({ datums, body: [] }, args);
  const source = sourceText(body);
  const parsed = parseNested(body);
  if ('problem' in parsed) return undefined; // CREATE FUNCTION has said so
  let value: Value;
  for (const statement of parsed.nodes) {
    const select = nodeAs(statement, 'SelectStmt');
    const depth = scene.depth + 1;
    scene.read(statement, { ...scene, text: body, at: source.fromByte, depth, runsCalls: select === undefined });
    if (select === undefined) continue;
    const { rows, open } = runSelect(select, { ...scene, depth }, runner, frame);
    const [first] = rows;
    value = !open && rows.length === 1 && first?.sure === true ? [...first.values.values()][0] : undefined;
  }
  return value;
}

/** How calls run: by the bodies that CREATE FUNCTION has noted in the catalog. */
export const runner: Runner = {
  isReadable: (call, scene) => {
    if (scene.depth >= deepest) return false;
    return hasBody(functionOf(stringsOf(call.funcname), call.args?.length ?? 0, scene.catalog));
  },
  call: (call, args, scene) => {
    const known = functionOf(stringsOf(call.funcname), args.length, scene.catalog);
    if (!hasBody(known)) return undefined;
    const given = orderArguments(call, args, known, scene.catalog, scene.version);
    return withSearchPath(scene.catalog, known.searchPath, () => {
      if (known.plpgsql !== undefined) return runDefinition(known.plpgsql, given, scene).value;
      return known.sqlBody === undefined ? undefined : runSqlBody(known.sqlBody, known, given, scene);
    });
  },
};
