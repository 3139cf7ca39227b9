import type { Comparison } from '../../src/canary/comparison.ts';
import type { Cell } from './cell.ts';
import { type Effect, effectAt } from './effects.ts';
import { ownProcesses } from './families.ts';
import type { BenchJudge } from './judges.ts';
import { particles } from './oracle-particles.ts';
import { streamOf } from './random.ts';
import { hostsOf, type Truth } from './traffic.ts';

/** Wald's bound for 1 % false alarms and 5 % misses: (1 - 0.05) / 0.01 (A. Wald 1945, Ann. Math. Stat. 16:117). */
const threshold = Math.log(95);
/** Periods of latency and gauges that are not judged where the policy says nothing else. */
const usualWarmup = 3;
/** The oracle follows so many minutes of history before the canary: more would tell it nothing of a drift's state. */
const followed = 30;

/**
 * The sequential probability ratio test of one who knows everything but the noise's draws: base rate, the kind and size
 * of the noise, and what the regression is. Where the rate moves, its states are summed over by particles that both
 * hypotheses share, so that the ratio's Monte Carlo error stays small; what runs like a clock is told. It looks at the
 * ill metric only. No judge that must learn all this can be faster at the same error rates, but for luck.
 */
export const oracle: BenchJudge = {
  name: 'oracle',
  judge: (comparison, cell, truth) => {
    const ill = cell.metrics.findIndex(({ effect }) => effect !== null);
    const effect = cell.metrics[ill]?.effect ?? null;
    if (effect === null) return null;
    const decidedAt = oracleDecision(comparison, cell, truth, ill, effect);
    return { verdict: decidedAt === null ? 'inconclusive' : 'rollback', decidedAt };
  },
};

/** The period at which the evidence for `effect` on a metric reaches the threshold; null where it does not. */
export function oracleDecision(
  comparison: Comparison,
  cell: Cell,
  truth: Truth,
  at: number,
  effect: Effect,
): number | null {
  const plan = cell.metrics[at];
  const series = comparison.metrics[at];
  const known = truth.metrics[at];
  if (plan === undefined || series === undefined || known === undefined) {
    throw new RangeError(`metric ${at} of ${cell.id}: there are ${cell.metrics.length}`);
  }
  const warmup = comparison.policy.warmup ?? (series.kind === 'latency' || series.kind === 'gauge' ? usualWarmup : 0);
  const hidden = processesOf(cell);
  // Rates are known: the baseline can tell of nothing but the noise that both sides share.
  const listens = hidden.shared.length > 0;
  const filter = particles(listens ? hidden : { ...hidden, slices: [] }, streamOf(`${comparison.id} oracle`, at));
  const baselineLoad = (minute: number) => truth.loads.baseline[minute] ?? 0;
  const knownAt = (minute: number) => ({
    canary: (known.known[minute] ?? 0) + (known.knownOfCanary[minute] ?? 0),
    baseline: (known.known[minute] ?? 0) + (known.knownOfBaseline[minute] ?? 0),
  });
  const from = listens ? Math.max(0, cell.history - followed) : cell.history;
  for (let minute = from; minute < cell.history; minute += 1) {
    const value = series.history[minute] ?? null;
    const clock = knownAt(minute).baseline;
    filter.step((_, logRate) =>
      value === null ? null : both(plan.channel.logLikelihood(value, baselineLoad(minute), clock + logRate, 1)),
    );
  }
  for (let period = 0; period < cell.periods; period += 1) {
    const minute = cell.history + period;
    const clock = knownAt(minute);
    const baseline = series.baseline[period] ?? null;
    // Warm-up is policy: what nobody may judge, the oracle does not see either.
    const canary = period < warmup ? null : (series.canary[period] ?? null);
    const load = truth.loads.canary[minute] ?? 0;
    const factor = effectAt(effect, period);
    const evidence = filter.step((canaryRate, baselineRate) => {
      const { channel } = plan;
      const beside =
        baseline === null ? 0 : channel.logLikelihood(baseline, baselineLoad(minute), clock.baseline + baselineRate, 1);
      if (canary === null) return both(beside);
      const healthy = channel.logLikelihood(canary, load, clock.canary + canaryRate, 1);
      const ill = factor === 1 ? healthy : channel.logLikelihood(canary, load, clock.canary + canaryRate, factor);
      return { healthy: beside + healthy, ill: beside + ill };
    });
    if (evidence >= threshold) return period;
  }
  return null;
}

function both(logLikelihood: number) {
  return { healthy: logLikelihood, ill: logLikelihood };
}

function processesOf(cell: Cell) {
  const { noise } = cell.family;
  const unknown = (processes: MetricNoise) => processes.filter(({ known }) => !known);
  const hosts = hostsOf(cell);
  const perSlice = Math.max(1, Math.round(hosts.baseline / cell.slices));
  return {
    shared: unknown(noise.shared),
    canary: unknown(ownProcesses(noise, hosts.canary)),
    slices: Array.from({ length: cell.slices }, () => unknown(ownProcesses(noise, perSlice))),
  };
}

type MetricNoise = ReturnType<typeof ownProcesses>;
