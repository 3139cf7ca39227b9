import type { MetricPlan } from './cell.ts';
import { type Channel, cpu, errorRatio, eventCount, latencyPercentile, slowRatio } from './channels.ts';
import type { Counting } from './counting.ts';
import type { Effect } from './effects.ts';

/** The kinds of a cell's one metric. */
export const singleKinds = ['errors', 'slow-p50', 'slow-p90', 'slow-p99', 'latency-p95', 'cpu', 'count'] as const;
export type SingleKind = (typeof singleKinds)[number];

function channelOf(kind: SingleKind, errorPart: number, counting: Counting): Channel {
  switch (kind) {
    case 'errors':
      return errorRatio(errorPart, counting);
    case 'slow-p50':
      return slowRatio(0.5, counting);
    case 'slow-p90':
      return slowRatio(0.1, counting);
    case 'slow-p99':
      return slowRatio(0.01, counting);
    case 'latency-p95':
      return latencyPercentile(0.95);
    case 'cpu':
      return cpu(40);
    case 'count':
      return eventCount(errorPart, counting);
  }
}

/** One metric, which is the main one. */
export function single(
  kind: SingleKind,
  errorPart: number,
  counting: Counting,
  effect: Effect | null,
): readonly MetricPlan[] {
  return [{ name: kind, channel: channelOf(kind, errorPart, counting), main: true, effect }];
}

/**
 * The metrics of an ordinary service, `count` of them, errors first and main. The effect harms the first only: seven
 * healthy ones and an ill one are the hardest company.
 */
export function several(
  count: number,
  errorPart: number,
  counting: Counting,
  effect: Effect | null,
): readonly MetricPlan[] {
  const channels: readonly (readonly [string, Channel])[] = [
    ['errors', errorRatio(errorPart, counting)],
    ['slow-p90', slowRatio(0.1, counting)],
    ['latency-p95', latencyPercentile(0.95)],
    ['cpu', cpu(40)],
    ['slow-p99', slowRatio(0.01, counting)],
    ['failed-jobs', eventCount(errorPart, counting)],
    ['refused', errorRatio(Math.min(0.05, errorPart * 3), counting)],
    ['latency-p50', latencyPercentile(0.5)],
  ];
  return channels
    .slice(0, count)
    .map(([name, channel], at) => ({ name, channel, main: at === 0, effect: at === 0 ? effect : null }));
}
