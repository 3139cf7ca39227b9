import { calibrationCells } from './calibration-cells.ts';
import type { Cell } from './cell.ts';
import { curveCells } from './curve-cells.ts';
import { abruptCells, companyCells, matchedCells, promoteCells, shapeCells } from './delay-cells.ts';
import { healthyCells, incidentCells, withoutHistory } from './healthy-cells.ts';

/** What can be run, by name; what each shows stands beside it. */
export const cellSets = {
  /** False rollbacks where the model contains the noise. */
  fitted: () => healthyCells().filter(({ family }) => family.set === 'fitted'),
  /** False rollbacks where it does not. */
  'held-out': () => healthyCells().filter(({ family }) => family.set === 'held-out'),
  /** False rollbacks where nothing is known of the past. */
  'no-history': withoutHistory,
  /** The case study. */
  incident: incidentCells,
  /** Detection delay of one ill metric alone. */
  delays: abruptCells,
  /** The cells of `delays` without their regression: what each judge's speed costs it. */
  matched: matchedCells,
  /** Delay along rate and share, with the same cells healthy. */
  curves: curveCells,
  /** Regressions that begin later, creep, come and go, or live in one endpoint. */
  shapes: shapeCells,
  /** Detection delay of one ill metric among eight. */
  company: companyCells,
  /** Promotions of healthy canaries and of ill ones. */
  promote: promoteCells,
  /** How near healthy evidence comes to its threshold, on canaries that no other set has. */
  calibration: () => calibrationCells.map(({ cell }) => cell),
} as const satisfies Record<string, () => readonly Cell[]>;

export type SetName = keyof typeof cellSets;
export const setNames = Object.keys(cellSets) as readonly SetName[];

const known = new Map<SetName, ReadonlyMap<string, Cell>>();

/** The cells of a set by id; made once. */
export function cellsOf(set: SetName): ReadonlyMap<string, Cell> {
  const made = known.get(set) ?? new Map(cellSets[set]().map((cell) => [cell.id, cell]));
  known.set(set, made);
  return made;
}
