import type { Cell } from './cell.ts';
import { type Effect, effectShapes } from './effects.ts';
import { type Family, familyOf } from './families.ts';
import { cellOf, type Load } from './healthy-cells.ts';
import { type SingleKind, several, single } from './metric-sets.ts';

const delayFamilies = [
  'poisson',
  'overdispersed-shared',
  'overdispersed-own',
  'linear-excess',
  'clusters-of-six',
  'rate-noise-five-minutes-shared',
  'drift-shared',
  'drift-own',
  'drift-shared-and-overdispersed',
  'frequent-bursts-shared',
  'missing-minutes',
  'diurnal',
  'heavy-tailed-own',
  'steps-shared',
].map(familyOf);

const delayLoads: readonly Load[] = [
  { requestsPerMinute: 700, share: 0.05, errorPart: 0.005 },
  { requestsPerMinute: 700, share: 0.5, errorPart: 0.005 },
  { requestsPerMinute: 100, share: 0.25, errorPart: 0.02 },
  { requestsPerMinute: 5000, share: 0.1, errorPart: 0.001 },
  { requestsPerMinute: 20_000, share: 0.05, errorPart: 0.005 },
  { requestsPerMinute: 20_000, share: 0.01, errorPart: 0.01 },
  { requestsPerMinute: 100_000, share: 0.1, errorPart: 0.0005 },
];
const latencyLoads = [2, 0, 4].flatMap((at) => delayLoads.slice(at, at + 1));
const companyLoads = [0, 1, 3, 4].flatMap((at) => delayLoads.slice(at, at + 1));
const companyFamilies = [
  'poisson',
  'overdispersed-own',
  'linear-excess',
  'drift-shared',
  'drift-own',
  'rate-noise-five-minutes-shared',
].map(familyOf);
const shapeLoads = delayLoads.slice(0, 1).concat(delayLoads.slice(4, 5));

const errorFactors = [1.5, 2, 5, 20];
const latencyFactors = [1.1, 1.2, 2];

function named(effect: Effect): string {
  return `x${effect.factor}-${effect.shape}`;
}

/** Noise that moves levels: how requests cluster is nothing to a percentile. */
function movesLevels({ noise }: Family): boolean {
  return noise.shared.length + noise.own.length > 0;
}

/** One ill metric alone: errors and slow requests and percentiles, abrupt from the first minute. */
export function abruptCells(): readonly Cell[] {
  const abrupt = (family: Family, at: Load, kind: SingleKind, factor: number) => {
    const effect: Effect = { factor, shape: 'abrupt' };
    return cellOf(family, at, single(kind, at.errorPart, family.noise.counting, effect), { label: named(effect) });
  };
  return delayFamilies.flatMap((family) => [
    ...delayLoads.flatMap((at) => errorFactors.map((factor) => abrupt(family, at, 'errors', factor))),
    ...latencyLoads.flatMap((at) => latencyFactors.map((factor) => abrupt(family, at, 'slow-p90', factor))),
    ...(family.name === 'poisson' || movesLevels(family)
      ? latencyLoads.flatMap((at) => latencyFactors.map((factor) => abrupt(family, at, 'latency-p95', factor)))
      : []),
  ]);
}

/** The cells of `abruptCells` without their regression, each once. */
export function matchedCells(): readonly Cell[] {
  const cells = abruptCells().map((cell) => ({
    ...cell,
    id: healthyTwin(cell.id),
    metrics: cell.metrics.map((plan) => ({ ...plan, effect: null })),
  }));
  return [...new Map(cells.map((cell) => [cell.id, cell])).values()];
}

/** The id that an ill cell has without its regression. */
export function healthyTwin(id: string): string {
  return `${id.slice(0, id.lastIndexOf('/'))}/matched`;
}

/** The other shapes: beginning later, creeping, coming and going, in one endpoint. */
export function shapeCells(): readonly Cell[] {
  const families = [familyOf('poisson'), familyOf('overdispersed-own'), familyOf('drift-shared')];
  return families.flatMap((family) =>
    shapeLoads.flatMap((at) =>
      effectShapes
        .filter((shape) => shape !== 'abrupt')
        .flatMap((shape) =>
          [5, 20].map((factor) => {
            const effect: Effect = { factor, shape };
            const metrics = single('errors', at.errorPart, family.noise.counting, effect);
            return cellOf(family, at, metrics, { label: named(effect) });
          }),
        ),
    ),
  );
}

/** Seven healthy metrics and an ill one. */
export function companyCells(): readonly Cell[] {
  return companyFamilies.flatMap((family) =>
    companyLoads.flatMap((at) =>
      errorFactors.map((factor) => {
        const effect: Effect = { factor, shape: 'abrupt' };
        return cellOf(family, at, several(8, at.errorPart, family.noise.counting, effect), { label: named(effect) });
      }),
    ),
  );
}

/** Traffic at which a doubling can be found in an hour: what ends here, healthy and doubled? */
export function promoteCells(): readonly Cell[] {
  const families = ['poisson', 'overdispersed-shared', 'overdispersed-own', 'drift-shared', 'linear-excess'];
  return families.map(familyOf).flatMap((family) =>
    delayLoads.flatMap((at) =>
      [null, { factor: 2, shape: 'abrupt' } as const, { factor: 3, shape: 'abrupt' } as const].map((effect) => {
        const metrics = single('errors', at.errorPart, family.noise.counting, effect);
        return cellOf(family, at, metrics, { label: effect === null ? 'healthy' : named(effect) });
      }),
    ),
  );
}
