import type { MetricSeries } from '../comparison.ts';

/** One way in which the canary may be noisier than the history. */
export interface CanaryNoise {
  /** Its noise's variance over the history's. */
  readonly factor: number;
  readonly prior: number;
}

/** The canary's noise over the history's, as standard deviations. */
const ratios = [1, 1.6, 2.5, 4, 6.3, 10, 16];
/** Where there is no history, the noise itself is as open, and few ratios do. */
const fewRatios = [1, 2.5, 6.3];
/** How much less likely each next ratio is, beyond what the canary's share of the load explains. */
const decay = 0.5;

/**
 * A percentile of fewer requests and a mean of fewer hosts are noisier by the root of how many fewer; noise of the
 * system itself is the same on both sides. So every ratio up to that root is as likely, larger ones less and less.
 */
export function canaryNoises(
  exposure: { readonly canary: number; readonly baseline: number },
  hosts: MetricSeries['hosts'],
  hasHistory: boolean,
): readonly CanaryNoise[] {
  const byLoad = (exposure.canary + exposure.baseline) / exposure.canary;
  const byHosts = hosts === null ? 1 : (hosts.canary + hosts.baseline) / hosts.canary;
  const fewer = Math.max(byLoad, byHosts);
  const expected = Math.sqrt(Number.isFinite(fewer) ? Math.max(1, fewer) : 1);
  const used = hasHistory ? ratios : fewRatios;
  let beyond = 0;
  const weights = used.map((ratio) => {
    if (ratio > expected) beyond += 1;
    return decay ** Math.max(0, beyond - 1);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return used.map((ratio, at) => ({ factor: ratio * ratio, prior: (weights[at] ?? 0) / sum }));
}

/** Hosts of one kind differ for good, by hardware, by place, by what they serve: standard deviation of one host's log. */
const hostDeviation = 0.03;
const anyDeviation = 0.02;

/** The variance of a lasting difference between healthy sides, squared units of the judged scale. */
export function offsetVariance(hosts: MetricSeries['hosts']): number {
  if (hosts === null) return anyDeviation ** 2;
  return 0.01 ** 2 + hostDeviation ** 2 * (1 / Math.max(1, hosts.canary) + 1 / Math.max(1, hosts.baseline));
}
