import type { MetricSeries } from '../comparison.ts';
import type { Spikes } from './spikes.ts';

/** One way in which the canary may be noisier than the history. */
export interface CanaryNoise {
  /** Its noise's variance over the history's. */
  readonly factor: number;
  /** Its spikes; null where they are the history's. */
  readonly spikes: Spikes | null;
  readonly prior: number;
}

/** The canary's noise over the history's, as standard deviations. */
const ratios = [1, 1.4, 2, 3, 4.5, 7, 11, 16];
/** Where there is no history, the noise itself is as open, and few ratios do. */
const fewRatios = [1, 2.5, 6.3];
/** How likely it is that the canary is as noisy as the history was. */
const alike = 0.65;

/** How likely a ratio is that the canary's load does not explain: half of half at once, and less and less beyond. */
function unexplained(ratio: number): number {
  const doublings = Math.log2(ratio);
  return 0.5 ** (1 + doublings + doublings ** 2 / 4);
}

/** A percentile of few requests jumps between a service's fast and slow ways, where many requests never show it. */
const jumping = { part: 0.3, upward: true };
const jumpingPrior = { fewRequests: 0.2, asMany: 0.005 };

/**
 * A percentile of fewer requests and a mean of fewer hosts are noisier by the root of how many fewer; noise of the
 * system itself is the same on both sides. So every ratio up to that root is as likely, larger ones less and less.
 */
export function canaryNoises(
  exposure: { readonly canary: number; readonly baseline: number },
  hosts: MetricSeries['hosts'],
  hasHistory: boolean,
): readonly CanaryNoise[] {
  const byLoad = exposure.baseline / exposure.canary;
  const byHosts = hosts === null ? 1 : hosts.baseline / hosts.canary;
  const fewer = Math.max(byLoad, byHosts);
  const expected = Math.sqrt(Number.isFinite(fewer) ? Math.max(1, fewer) : 1);
  const used = hasHistory ? ratios : fewRatios;
  const weights = used.slice(1).map((ratio) => (ratio <= expected ? 1 : unexplained(ratio / expected)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const jumpy = expected > 1.5 ? jumpingPrior.fewRequests : jumpingPrior.asMany;
  const noises = used.map((ratio, at) => {
    const prior = at === 0 ? alike : ((1 - alike) * (weights[at - 1] ?? 0)) / sum;
    return { factor: ratio * ratio, spikes: null, prior: prior * (1 - jumpy) };
  });
  const jumpyNoises = noises.filter((_, at) => at % 2 === 0);
  return [
    ...noises,
    ...jumpyNoises.map(({ factor }) => ({ factor, spikes: jumping, prior: jumpy / jumpyNoises.length })),
  ];
}

/** Hosts of one kind differ for good, by hardware, by place, by what they serve: standard deviation of one host's log. */
const hostDeviation = 0.03;
const anyDeviation = 0.012;

/** The variance of a lasting difference between healthy sides, squared units of the judged scale. */
export function offsetVariance(hosts: MetricSeries['hosts']): number {
  if (hosts === null) return anyDeviation ** 2;
  return 0.01 ** 2 + hostDeviation ** 2 * (1 / Math.max(1, hosts.canary) + 1 / Math.max(1, hosts.baseline));
}
