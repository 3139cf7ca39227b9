import type { Cell } from './cell.ts';
import { families, familyOf } from './families.ts';
import { cellOf, type Load, loads, usualLoads } from './healthy-cells.ts';
import { single } from './metric-sets.ts';

/** Families by what the calibration tells apart. */
export const noiseKinds = {
  calm: ['poisson', 'missing-minutes'],
  'shared noise and drift': [
    'overdispersed-shared',
    'rate-noise-five-minutes-shared',
    'drift-shared',
    'drift-shared-slow',
    'missing-minutes-drift',
  ],
  'own noise': ['overdispersed-own', 'overdispersed-own-much', 'drift-shared-and-overdispersed'],
  'own drift': ['rate-noise-five-minutes-own', 'drift-own', 'drift-own-and-overdispersed'],
  clusters: ['linear-excess', 'clusters-of-six', 'clusters-geometric'],
  'shared bursts': ['frequent-bursts-shared'],
  'own bursts': ['frequent-bursts-own'],
  'shapes the model lacks': families.filter(({ set, shown }) => set === 'held-out' && shown).map(({ name }) => name),
} as const satisfies Record<string, readonly string[]>;

export type NoiseKind = keyof typeof noiseKinds;

export interface CalibrationCell {
  readonly cell: Cell;
  readonly kind: NoiseKind;
  /** The canary's events a period, on average. */
  readonly eventsPerPeriod: number;
}

/** Between 10 events a period and 2,500 the other sets have none, and the threshold grows there. */
const manyEvents: readonly Load[] = [
  { requestsPerMinute: 20_000, share: 0.25, errorPart: 0.005 },
  { requestsPerMinute: 100_000, share: 0.1, errorPart: 0.01 },
  { requestsPerMinute: 100_000, share: 0.25, errorPart: 0.02 },
];

/** Planned lengths beside the usual hour. */
const otherLengths = [30, 120];

/** Which loads are also played at the other lengths: three from 0.2 events a period to 100. */
const lengthLoads = [...loads.slice(0, 1), ...loads.slice(8, 9), ...manyEvents.slice(1, 2)];

function cellsOf(kind: NoiseKind, name: string): readonly CalibrationCell[] {
  const family = familyOf(name);
  const held = family.set === 'held-out';
  const one = (at: Load, periods: number): CalibrationCell => {
    const metrics = single('errors', at.errorPart, family.noise.counting, null);
    // The label gives them seeds of their own: what calibrates must not measure.
    const label = periods === 60 ? 'calibration' : `calibration-${periods}`;
    const cell = cellOf(family, at, metrics, { periods, label });
    return { cell, kind, eventsPerPeriod: at.requestsPerMinute * at.share * at.errorPart };
  };
  const among = (held ? usualLoads : [...loads, ...manyEvents]).filter(
    ({ share }) => family.noise.hosts === null || share >= 1 / family.noise.hosts.count,
  );
  return [
    ...among.map((at) => one(at, 60)),
    ...(held ? [] : otherLengths.flatMap((periods) => lengthLoads.map((at) => one(at, periods)))),
  ];
}

/** Healthy canaries of one error ratio with an hour of history. */
export const calibrationCells: readonly CalibrationCell[] = (
  Object.entries(noiseKinds) as readonly (readonly [NoiseKind, readonly string[]])[]
).flatMap(([kind, names]) => names.flatMap((name) => cellsOf(kind, name)));
