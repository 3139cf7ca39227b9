import type { GaugeSeries, LatencySeries } from '../../src/canary/comparison.ts';
import { normal } from '../../test/support/random.ts';

type Random = () => number;

/** Lengths of a simulated comparison, in periods. */
export const historyPeriods = 120;
export const canaryPeriods = 60;

/** What a family draws: the same kind of values for the baseline's past and present, and for a healthy canary. */
export interface Drawn {
  readonly history: readonly number[];
  readonly baseline: readonly number[];
  readonly canary: readonly number[];
  readonly exposure?: { readonly canary: number; readonly baseline: number };
}

/** A healthy service of one kind of noise. `log` values are natural logarithms around 0. */
export interface Family {
  readonly name: string;
  readonly log: (random: Random) => Drawn;
}

const all = historyPeriods + canaryPeriods;

/** One draw a period, history and watch in one go. */
function periods(draw: (period: number) => number): number[] {
  return Array.from({ length: all }, (_, period) => draw(period));
}

function split(baseline: readonly number[], canary: readonly number[], exposure?: Drawn['exposure']): Drawn {
  return {
    history: baseline.slice(0, historyPeriods),
    baseline: baseline.slice(historyPeriods),
    canary: canary.slice(historyPeriods),
    ...(exposure === undefined ? {} : { exposure }),
  };
}

/** An AR(1) with stationary standard deviation 1, from its stationary distribution. */
function drift(random: Random, memory: number): number[] {
  let state = normal(random);
  return periods(() => {
    const now = state;
    state = memory * state + Math.sqrt(1 - memory ** 2) * normal(random);
    return now;
  });
}

/** Student's t with three degrees of freedom, scaled to a standard deviation near 1. */
function heavy(random: Random): number {
  const chi = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
  return normal(random) / Math.sqrt(chi);
}

/** A side's percentile of so many response times: the smallest value with that part of them at or below it. */
function percentile(random: Random, requests: number, part: number, draw: (random: Random) => number): number {
  const times = Float64Array.from({ length: requests }, () => draw(random)).sort();
  return times[Math.min(requests - 1, Math.ceil(part * requests) - 1)] ?? 0;
}

function independent(sigma: number, canaryNoise = 1): Family {
  return {
    name: `independent ${sigma}${canaryNoise === 1 ? '' : `, canary x${canaryNoise}`}`,
    log: (random) =>
      split(
        periods(() => sigma * normal(random)),
        periods(() => sigma * canaryNoise * normal(random)),
      ),
  };
}

function drifting(memory: number, own: boolean, sigma: number, drifts: number): Family {
  return {
    name: `${own ? 'own' : 'shared'} drift ${memory} of ${drifts}, noise ${sigma}`,
    log: (random) => {
      const shared = drift(random, memory);
      const canary = own ? drift(random, memory) : shared;
      const side = (states: readonly number[]) => periods((at) => drifts * (states[at] ?? 0) + sigma * normal(random));
      return split(side(shared), side(canary));
    },
  };
}

function heavyTailed(sigma: number): Family {
  const draw = (random: Random) => periods(() => sigma * heavy(random));
  return { name: `t3 ${sigma}`, log: (random) => split(draw(random), draw(random)) };
}

function spiky(sigma: number, chance: number, height: number): Family {
  const draw = (random: Random) => periods(() => sigma * normal(random) + (random() < chance ? height : 0));
  return { name: `spikes of ${height}, ${chance} of periods`, log: (random) => split(draw(random), draw(random)) };
}

function sampled(canaryRequests: number, baselineRequests: number, part: number, shape: 'wide' | 'bimodal'): Family {
  const draw =
    shape === 'wide'
      ? (random: Random) => normal(random)
      : (random: Random) => (random() < 0.04 ? Math.log(10) : 0) + 0.3 * normal(random);
  return {
    name: `p${100 * part} of ${canaryRequests} beside ${baselineRequests}, ${shape}`,
    log: (random) =>
      split(
        periods(() => percentile(random, baselineRequests, part, draw)),
        periods(() => percentile(random, canaryRequests, part, draw)),
        { canary: canaryRequests, baseline: baselineRequests },
      ),
  };
}

function diurnal(sigma: number, height: number): Family {
  return {
    name: `diurnal ${height}`,
    log: (random) => {
      const phase = random() * 1440;
      const side = () =>
        periods((at) => height * Math.sin((2 * Math.PI * (at + phase)) / 1440) + sigma * normal(random));
      return split(side(), side());
    },
  };
}

function stepping(sigma: number, height: number, chance: number): Family {
  return {
    name: `shared steps of ${height}, ${chance} of periods`,
    log: (random) => {
      let level = 0;
      const levels = periods(() => {
        if (random() < chance) level = level === 0 ? height : 0;
        return level;
      });
      const side = () => periods((at) => (levels[at] ?? 0) + sigma * normal(random));
      return split(side(), side());
    },
  };
}

export const families: readonly Family[] = [
  independent(0.03),
  independent(0.1),
  independent(0.3),
  independent(0.1, 2),
  independent(0.1, 5),
  ...[0.5, 0.8, 0.95].flatMap((memory) => [
    drifting(memory, false, 0.05, 0.15),
    drifting(memory, true, 0.05, 0.15),
    drifting(memory, true, 0.1, 0.05),
  ]),
  heavyTailed(0.1),
  spiky(0.05, 0.05, 0.7),
  spiky(0.05, 0.02, 2),
  ...(['wide', 'bimodal'] as const).flatMap((shape) => [
    sampled(10, 190, 0.95, shape),
    sampled(10, 1000, 0.95, shape),
    sampled(100, 1000, 0.99, shape),
    sampled(100, 100, 0.95, shape),
    sampled(500, 2000, 0.99, shape),
  ]),
  diurnal(0.05, 0.5),
  stepping(0.05, 0.4, 0.02),
  stepping(0.05, 0.4, 0.003),
];

/** The comparison's series; values are `unit` times e to the logarithms. */
export function seriesOf(
  drawn: Drawn,
  kind: 'latency' | 'gauge',
  hasHistory: boolean,
  unit = 0.2,
): LatencySeries | GaugeSeries {
  const values = (logs: readonly number[]) => logs.map((log) => unit * Math.exp(log));
  const exposure = drawn.exposure ?? { canary: 1, baseline: 1 };
  const canary = values(drawn.canary);
  return {
    name: 'metric',
    kind,
    direction: 'increase',
    main: true,
    shared: false,
    canary,
    baseline: values(drawn.baseline),
    history: hasHistory ? values(drawn.history) : [],
    parts: [],
    exposure: { canary: canary.map(() => exposure.canary), baseline: canary.map(() => exposure.baseline) },
    hosts: null,
  };
}
