import { watchMetric } from '../../src/canary/evidence/watch-metric.ts';
import type { BenchJudge, Peak } from './judges.ts';

/** Short where a hundred thousand are kept; downwards, so that what fell short of a threshold still does. */
function rounded(nats: number): number {
  return Math.floor(1000 * nats) / 1000;
}

/**
 * Our evidence of a comparison's only metric, followed to the planned end whatever it says: what calibrates thresholds
 * must not stop at them. The verdict is ours but for its promotions, which are not asked for.
 */
export const peakJudge: BenchJudge = {
  name: 'peaks',
  judge({ metrics, policy }) {
    const [series] = metrics;
    if (series === undefined || metrics.length > 1) return null;
    const { alpha, plannedPeriods } = policy;
    const watch = watchMetric(series, {
      alpha,
      warmup: policy.warmup ?? 0,
      size: policy.promote[series.kind],
      plannedPeriods,
    });
    const ville = Math.log(1 / alpha);
    // Before the first look the evidence is one to one.
    let harm = 0;
    let threshold = ville;
    let excess = -ville;
    let decidedAt: number | null = null;
    for (let period = 0; period < plannedPeriods; period += 1) {
      const seen = watch(period);
      const bound = ville - seen.slack;
      if (seen.harm > harm) [harm, threshold] = [seen.harm, bound];
      excess = Math.max(excess, seen.harm - bound);
      if (decidedAt === null && seen.harm >= bound) decidedAt = period;
    }
    const peak: Peak = [rounded(harm), rounded(threshold), rounded(excess)];
    return { verdict: decidedAt === null ? 'inconclusive' : 'rollback', decidedAt, peak };
  },
};
