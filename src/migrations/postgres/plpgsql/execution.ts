import type { FuncCall, SelectStmt } from 'libpg-query';
import { parseNested } from '../nested-sql.ts';
import { nodeAs, visit } from '../node.ts';
import { runQuery } from '../query.ts';
import { perhaps, type Scene } from '../scene.ts';
import { evaluate } from './evaluate.ts';
import { type Frame, lookUp } from './frame.ts';
import { knownRows } from './known-rows.ts';
import type { KnownRows, Surroundings } from './surroundings.ts';
import type { Expression } from './tree.ts';
import type { Value } from './value.ts';

/** How calls of the database's own functions are run. */
export interface Runner {
  /** Runs the function's body and gives what it returns; undefined where that is not known. */
  call(call: FuncCall, args: readonly Value[], scene: Scene): Value;
  /** Whether the body is known, so that running it says something. */
  isReadable(call: FuncCall, scene: Scene): boolean;
}

const noFrame: Frame = { datums: [], values: [], args: [], presets: new Map() };

type Calls = Map<FuncCall, Map<string, Value>>;

/** Surroundings of code in a frame; a call is run once for the same arguments. */
function surroundingsIn(frame: Frame, scene: Scene, runner: Runner, calls: Calls): Surroundings {
  return {
    catalog: scene.catalog,
    version: scene.version,
    variable: (path) => lookUp(frame, path),
    parameter: (number) => frame.args[number - 1],
    rows: knownRows,
    call: (call, args, { unsure }) => {
      if (!runner.isReadable(call, scene)) return undefined;
      const known = calls.get(call) ?? new Map<string, Value>();
      calls.set(call, known);
      const key = JSON.stringify(args.map((each) => each ?? String(each)));
      if (!known.has(key)) known.set(key, runner.call(call, args, unsure === true ? perhaps(scene, 'branch') : scene));
      return known.get(key);
    },
  };
}

/** Runs the calls that the values at hand did not need: whether they happen depends on rows. */
export function runOtherCalls(root: unknown, scene: Scene, runner: Runner, done?: Calls, frame = noFrame): void {
  const quiet: Surroundings = { ...surroundingsIn(frame, scene, runner, new Map()), call: () => undefined };
  visit(root, (tag, content) => {
    if (tag !== 'FuncCall') return;
    const call = content as FuncCall; // what stands under that tag
    if (done?.has(call) === true || !runner.isReadable(call, scene)) return;
    const args = (call.args ?? []).map((each) => evaluate(each, quiet));
    runner.call(call, args, perhaps(scene, 'rows'));
  });
}

/** What a query that runs does through the functions that it calls, and what can be told of its rows. */
export function runSelect(select: SelectStmt, scene: Scene, runner: Runner, frame = noFrame): KnownRows {
  const calls: Calls = new Map();
  const rows = knownRows(select, surroundingsIn(frame, scene, runner, calls));
  runOtherCalls(select, scene, runner, calls, frame);
  return rows;
}

/** Evaluates an expression, with all that this does to the database. */
export function evaluateIn(expression: Expression | undefined, scene: Scene, runner: Runner, frame: Frame): Value {
  if (expression === undefined) return undefined;
  const isAssignment = (expression.parseMode ?? 0) >= 3;
  const text = isAssignment ? expression.query.replace(/^[^:=]*:?=/, '') : expression.query;
  const parsed = parseNested(`SELECT ${text}`);
  if ('problem' in parsed) {
    scene.opaque('an expression inside does not parse'); // the server would refuse it as well
    return undefined;
  }
  const [select] = parsed.nodes;
  runQuery(select, scene);
  const body = nodeAs(select, 'SelectStmt');
  const target = nodeAs(body?.targetList?.[0], 'ResTarget')?.val;
  const calls: Calls = new Map();
  const around = surroundingsIn(frame, scene, runner, calls);
  const plain = body?.fromClause === undefined && body?.whereClause === undefined && body?.targetList?.length === 1;
  const value = plain && target !== undefined ? evaluate(target, around) : firstValue(body, around);
  runOtherCalls(select, scene, runner, calls, frame);
  return value;
}

/** `x := a FROM t`: a query all the same. */
function firstValue(select: SelectStmt | undefined, around: Surroundings): Value {
  if (select === undefined) return undefined;
  const { rows, open } = knownRows(select, around);
  const [first] = rows;
  return open || first?.sure !== true ? undefined : [...first.values.values()][0];
}
