import { perhaps, type Scene } from '../scene.ts';
import { vague } from './branches.ts';
import { type End, type Execute, goesOn, type Run, valueIn } from './end.ts';
import { assign, assignByName, assignRow, forgetAssigned } from './frame.ts';
import type { KnownRows } from './surroundings.ts';
import type { Datum, Statement } from './tree.ts';
import { isTagged, type Value } from './value.ts';

/** A loop of known length is followed this far; a longer one is read once. */
const mostRounds = 5000;

const isMine = (end: End, label: string | undefined): boolean =>
  (end.by === 'exit' || end.by === 'continue') && (end.label === undefined || end.label === label);

interface Loop {
  readonly label?: string | undefined;
  readonly body?: readonly Statement[] | undefined;
}

/** One round. @returns what the loop ends with, or undefined to go on */
function runRound({ label, body }: Loop, scene: Scene, run: Run): End | undefined {
  const end = run.all(body, scene, run);
  if (end.by === 'end') return undefined;
  if (!isMine(end, label)) return end;
  return end.by === 'exit' ? goesOn : undefined;
}

/** Rounds of which nobody knows how many there are: the body is read once, with nothing known of what it assigns. */
function runOnceVaguely(loop: Loop, scene: Scene, run: Run, when: 'rows' | 'branch' | 'surely'): End {
  forgetAssigned(run.frame, loop.body);
  const end = run.all(loop.body, when === 'surely' ? scene : perhaps(scene, when), run);
  forgetAssigned(run.frame, loop.body);
  return when === 'surely' && !isMine(end, loop.label) ? vague(end) : goesOn;
}

export const runLoop: Execute<'PLpgSQL_stmt_loop'> = (content, scene, run) =>
  runOnceVaguely(content, scene, run, 'surely');

export const runWhile: Execute<'PLpgSQL_stmt_while'> = (content, scene, run) => {
  for (let round = 0; round < mostRounds; round += 1) {
    const condition = valueIn(content.cond, scene, run);
    if (condition === false || condition === null) return goesOn;
    if (condition === undefined) break;
    const end = runRound(content, scene, run);
    if (end !== undefined) return end;
  }
  return runOnceVaguely(content, scene, run, 'branch');
};

function runWith(values: readonly Value[], loop: Loop, set: (value: Value) => void, scene: Scene, run: Run): End {
  for (const value of values) {
    set(value);
    const end = runRound(loop, scene, run);
    if (end !== undefined) return end;
  }
  return goesOn;
}

export const runNumbers: Execute<'PLpgSQL_stmt_fori'> = (content, scene, run) => {
  const lower = valueIn(content.lower, scene, run);
  const upper = valueIn(content.upper, scene, run);
  const step = content.step === undefined ? 1 : valueIn(content.step, scene, run);
  const name = content.var.PLpgSQL_var?.refname ?? '';
  const set = (value: Value): void => assignByName(run.frame, name, value);
  if (typeof lower !== 'number' || typeof upper !== 'number' || typeof step !== 'number' || step <= 0) {
    set(undefined);
    return runOnceVaguely(content, scene, run, 'branch');
  }
  const count = Math.floor(Math.abs(upper - lower) / step) + 1;
  const counts = content.reverse === true ? lower >= upper : lower <= upper;
  if (!counts) return goesOn;
  if (count > mostRounds) {
    set(undefined);
    return runOnceVaguely(content, scene, run, 'surely');
  }
  const sign = content.reverse === true ? -1 : 1;
  return runWith(
    Array.from({ length: count }, (_, at) => lower + sign * at * step),
    content,
    set,
    scene,
    run,
  );
};

export const runItems: Execute<'PLpgSQL_stmt_foreach_a'> = (content, scene, run) => {
  const list = valueIn(content.expr, scene, run);
  const set = (value: Value): void => assign(run.frame, content.varno ?? 0, value);
  if (isTagged(list, 'list')) return runWith(list.items, content, set, scene, run);
  set(undefined);
  return runOnceVaguely(content, scene, run, 'branch');
};

/** A loop over the rows of a query: over those that are known, and once more for those that may be there. */
export function runRows({ rows, open }: KnownRows, target: Datum, loop: Loop, scene: Scene, run: Run): End {
  for (const { values, sure } of rows.slice(0, mostRounds)) {
    assignRow(run.frame, target, values);
    const end = runRound(loop, sure ? scene : perhaps(scene, 'branch'), run);
    if (end !== undefined) return sure ? end : goesOn;
  }
  if (!open && rows.length <= mostRounds) return goesOn;
  assignRow(run.frame, target, undefined);
  return runOnceVaguely(loop, scene, run, 'rows');
}
