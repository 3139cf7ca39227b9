import type { Cell, MetricPlan } from './cell.ts';
import { type Family, families, familyOf } from './families.ts';
import { several, single, singleKinds } from './metric-sets.ts';

/** Requests a minute of both sides, the canary's share, and the part of requests that fail when all is well. */
export interface Load {
  readonly requestsPerMinute: number;
  readonly share: number;
  readonly errorPart: number;
}

function load(requestsPerMinute: number, share: number, errorPart: number): Load {
  return { requestsPerMinute, share, errorPart };
}

/** Every share from 1 to 50 %, every rate from 10 to 100,000 a minute, error ratios from 0.01 to 5 %, together. */
export const loads: readonly Load[] = [
  load(700, 0.05, 0.005),
  load(700, 0.5, 0.005),
  load(10, 0.5, 0.05),
  load(30, 0.25, 0.02),
  load(100, 0.1, 0.01),
  load(300, 0.02, 0.05),
  load(1000, 0.25, 0.0005),
  load(2000, 0.01, 0.02),
  load(5000, 0.1, 0.001),
  load(20_000, 0.05, 0.005),
  load(20_000, 0.25, 0.0002),
  load(100_000, 0.01, 0.01),
  load(100_000, 0.1, 0.0001),
  load(100_000, 0.5, 0.05),
];
export const usualLoads = loads.filter(({ requestsPerMinute }) => [700, 5000, 100_000].includes(requestsPerMinute));
const kindLoads: readonly Load[] = [load(700, 0.05, 0.005), load(20_000, 0.25, 0.002)];

/** How many metrics are judged together, and whether they move together. */
const companies = [
  { count: 3, correlated: false },
  { count: 8, correlated: false },
  { count: 8, correlated: true },
] as const;

interface Rest {
  readonly periods?: number;
  readonly history?: number;
  readonly slices?: number;
  readonly correlated?: boolean;
  readonly label?: string;
}

/** The id holds all that tells cells apart, so that it may seed them. */
export function cellOf(family: Family, at: Load, metrics: readonly MetricPlan[], rest: Rest = {}): Cell {
  const { periods = 60, history = 60, slices = 1, correlated = false, label = '' } = rest;
  const names = metrics.length === 1 ? metrics[0]?.name : `${metrics.length}-metrics${correlated ? '-together' : ''}`;
  const traffic = `${at.requestsPerMinute}rpm-${100 * at.share}%-${at.errorPart}`;
  const past = `h${history}${slices > 1 ? `x${slices}` : ''}`;
  return {
    id: [family.name, names, traffic, past, ...(label === '' ? [] : [label])].join('/'),
    family,
    requestsPerMinute: at.requestsPerMinute,
    share: at.share,
    periods,
    history,
    slices,
    metrics,
    correlated,
  };
}

/** Healthy canaries: whatever is rolled back here is rolled back wrongly. */
export function healthyCells(): readonly Cell[] {
  return families.flatMap((family) => [
    ...withWholeHosts(family, loads).map((at) =>
      cellOf(family, at, single('errors', at.errorPart, family.noise.counting, null)),
    ),
    ...singleKinds
      .filter((kind) => kind !== 'errors')
      .flatMap((kind) =>
        kindLoads.map((at) => cellOf(family, at, single(kind, at.errorPart, family.noise.counting, null))),
      ),
    ...companies.flatMap(({ count, correlated }) =>
      kindLoads.map((at) =>
        cellOf(family, at, several(count, at.errorPart, family.noise.counting, null), { correlated }),
      ),
    ),
    ...withWholeHosts(family, usualLoads).flatMap((at) =>
      [{ history: 30 }, { history: 120 }, { history: 60, slices: 3 }].map((rest) =>
        cellOf(family, at, single('errors', at.errorPart, family.noise.counting, null), rest),
      ),
    ),
  ]);
}

/** Nothing is known of the past: the noise cannot show. */
export function withoutHistory(): readonly Cell[] {
  return families.flatMap((family) =>
    withWholeHosts(family, usualLoads).map((at) =>
      cellOf(family, at, single('errors', at.errorPart, family.noise.counting, null), { history: 0 }),
    ),
  );
}

/** One of twenty hosts is 5 % of them: a smaller canary has no whole host. */
function withWholeHosts(family: Family, among: readonly Load[]): readonly Load[] {
  return family.noise.hosts === null ? among : among.filter(({ share }) => share >= 0.05);
}

/** The case study: 5 % of 700 requests a minute, errors from 0.5 % to 45 %, response times from 200 ms to 15 s. */
export function incidentCells(): readonly Cell[] {
  const at = load(700, 0.05, 0.005);
  const ill = { factor: 90, shape: 'abrupt' } as const;
  const slow = { factor: 75, shape: 'abrupt' } as const;
  return ['poisson', 'overdispersed-own', 'linear-excess', 'drift-shared', 'clusters-of-six'].flatMap((name) => {
    const family = familyOf(name);
    const { counting } = family.noise;
    const both = several(8, at.errorPart, counting, ill).map((plan) =>
      plan.name.startsWith('slow') || plan.name.startsWith('latency') ? { ...plan, effect: slow } : plan,
    );
    return [
      cellOf(family, at, single('errors', at.errorPart, counting, ill), { label: 'incident' }),
      cellOf(family, at, both, { label: 'incident' }),
      cellOf(family, at, both.slice(0, 3), { label: 'incident', history: 0 }),
    ];
  });
}
