import type { Reason } from '../reason.ts';
import type { Counts } from './comparison.ts';
import { samplesNeeded } from './judge-metric-states.ts';
import { percent, tellApart } from './judge-text.ts';
import { type GaugePolicy, isShared, type RatioPolicy } from './metric-policy.ts';
import type { CanaryPolicy } from './policy.ts';
import { binomialUpperTail } from './statistics/binomial.ts';
import { countsReader, gaugeReader } from './to-comparison.ts';
import type { WatchedData } from './watched-data.ts';

/** The whole watch finds what lasts; the newest periods find what has just begun. */
const recentPeriods = 3;

/** Limits have a budget of their own, small beside that of the comparison. */
const limitsShare = 0.1;

/** Which absolute limits the canary has passed, for sure: these need no baseline. A reason a limit, with its metric. */
export function passedLimits(policy: CanaryPolicy, data: WatchedData): readonly Reason[] {
  return policy.metrics.flatMap((metric) => {
    if (metric.kind === 'volume') return [];
    return metric.kind === 'ratio' ? ratioLimit(metric, policy, data) : gaugeLimits(metric, data);
  });
}

/** An exact binomial test in two windows, its level divided over all planned looks and both windows (Bonferroni). */
function ratioLimit(metric: RatioPolicy, policy: CanaryPolicy, data: WatchedData): readonly Reason[] {
  const { name, limit } = metric;
  if (limit === null) return [];
  const counts = data.timetable.canary.map(countsReader(metric, 'canary', data)).filter((one) => one !== null);
  const threshold = (policy.alpha * limitsShare) / (2 * data.timetable.plannedPeriods);
  const windows = [
    { period: 'the whole watch', ...sum(counts) },
    { period: `the last ${recentPeriods} periods`, ...sum(counts.slice(-recentPeriods)) },
  ];
  const passed = windows.find(({ events, total }) => total > 0 && binomialUpperTail(events, total, limit) < threshold);
  if (passed === undefined) return [];
  const [seen, allowed] = tellApart((100 * passed.events) / passed.total, 100 * limit);
  const text = `${name}: canary ${passed.events} of ${passed.total} (${seen} %) in ${passed.period}, surely above the limit of ${allowed} %`;
  const code = metric.events.type === 'errors' ? 'error-limit' : 'slow-limit';
  return [{ code, text, metric: name, limit, events: passed.events, total: passed.total, threshold }];
}

/** The parts of a resource in use that are said, and that are a reason to roll back. */
export const saturation = { warns: 0.8, fails: 0.95 } as const;

/** Beyond the limit, or all but full, in the newest periods in a row. */
function gaugeLimits(metric: GaugePolicy, data: WatchedData): readonly Reason[] {
  const { name, limit, capacity } = metric;
  const shared = isShared(metric.source);
  const values = data.timetable.canary.map(gaugeReader(metric, shared ? 'shared' : 'canary', data));
  const needed = samplesNeeded(metric, data);
  const newest = values.filter((value) => value !== null).slice(-needed);
  if (newest.length < needed) return [];
  const blame = shared ? '; both versions share it, so it may not be the release: see what else changed' : '';
  const periods = needed === 1 ? 'in the last period' : `in the last ${needed} periods, all`;
  const reasons: Reason[] = [];
  const beyond = (value: number, bound: number) => (metric.direction === 'decrease' ? value < bound : value > bound);
  if (limit !== null && newest.every((value) => beyond(value, limit))) {
    const [bound, ...shown] = tellApart(limit, ...newest);
    const word = metric.direction === 'decrease' ? 'below' : 'above';
    const text = `${name}: ${shown.join(', ')} ${periods} ${word} the limit of ${bound}${blame}`;
    reasons.push({ code: shared ? 'shared-limit' : 'gauge-limit', text, metric: name, values: newest, limit });
  }
  if (capacity !== null && newest.every((value) => value >= saturation.fails * capacity)) {
    const text = `${name}: ${newest.join(', ')} ${periods} at least ${percent(saturation.fails)} of the capacity of ${capacity}${blame}`;
    reasons.push({ code: 'saturated', text, metric: name, values: newest, capacity });
  }
  return reasons;
}

/** Resources of which little is left, though not so little as to roll back. */
export function nearlyFull({ metrics }: CanaryPolicy, data: WatchedData): readonly Reason[] {
  return metrics.flatMap((metric) => {
    if (metric.kind !== 'gauge' || metric.capacity === null) return [];
    const shared = isShared(metric.source);
    const read = gaugeReader(metric, shared ? 'shared' : 'canary', data);
    const newest = data.timetable.canary.map(read).findLast((value) => value !== null) ?? 0;
    if (newest < saturation.warns * metric.capacity) return [];
    const text = `${metric.name}: ${newest} of ${metric.capacity} in use (${percent(newest / metric.capacity)}), at least ${percent(saturation.warns)}${shared ? '; both versions share it, so it may not be the release' : ''}`;
    return [{ code: 'nearly-saturated', text, metric: metric.name, value: newest, capacity: metric.capacity }];
  });
}

export function sum(counts: readonly (Counts | null)[]): Counts {
  let events = 0;
  let total = 0;
  for (const one of counts) {
    events += one?.events ?? 0;
    total += one?.total ?? 0;
  }
  return { events, total };
}
