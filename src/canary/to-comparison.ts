import type { Comparison, Counts, MetricSeries, Periods } from './comparison.ts';
import { type GaugePolicy, isShared, type RatioPolicy } from './metric-policy.ts';
import { dayMilliseconds, periodOnPastDay } from './metrics/retention.ts';
import type { Side, Sides } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';
import { median } from './statistics/median.ts';
import { sidesByPeriod, type Told, type WatchedData } from './watched-data.ts';

/**
 * What was observed, as the judge's core wants it: metric by metric, period by period. A period's number is null where
 * there is none, and where CloudWatch did not tell: only errors are none when they are not there beside requests, since
 * load balancers publish them only when there are some.
 */
export function toComparison(policy: CanaryPolicy, data: WatchedData, id: string): Comparison {
  const { alpha, warmup, promote } = policy;
  return {
    id,
    policy: { alpha, warmup, promote, plannedPeriods: data.timetable.plannedPeriods },
    metrics: policy.metrics.flatMap((metric) => {
      if (metric.kind === 'volume') return [];
      return metric.kind === 'ratio' ? [ratioSeries(metric, policy, data)] : [gaugeSeries(metric, policy, data)];
    }),
  };
}

function ratioSeries(metric: RatioPolicy, policy: CanaryPolicy, data: WatchedData): MetricSeries {
  const baselineCounts = countsReader(metric, 'baseline', data);
  const baseline = data.baselineBeside.map(baselineCounts);
  const history = data.history.map(baselineCounts);
  return {
    ...shape(metric.name, metric.main, false, data),
    kind: 'ratio',
    direction: 'increase',
    warmup: policy.warmup ?? (metric.events.type === 'slow' ? usualWarmup(data) : 0),
    promoteSize: sizeThatMatters(metric, policy, pooledRatio([...history, ...baseline])),
    canary: data.timetable.canary.map(countsReader(metric, 'canary', data)),
    baseline,
    history,
    parts: partsOf(metric.events.type === 'errors' ? 'requests' : metric.name, data, (part) =>
      countsReader(metric, 'baseline', data, part),
    ),
  };
}

/**
 * A canary that has just started is slow without being bad, be it by percentiles or by slow requests: three periods do
 * not count, and no more than a quarter of a short watch.
 */
function usualWarmup({ timetable }: WatchedData): number {
  return Math.min(3, Math.floor(timetable.plannedPeriods / 4));
}

/**
 * A rise of less than `minimumIncrease` does not matter, so a promotion need not exclude it: the factor of the odds that
 * it makes at the baseline's ratio, where that is more than the policy's factor.
 */
function sizeThatMatters({ minimumIncrease }: RatioPolicy, { promote }: CanaryPolicy, ratio: number | null): number {
  if (ratio === null || ratio <= 0) return promote.ratio;
  const raised = Math.min(0.999, ratio + minimumIncrease);
  return Math.max(promote.ratio, raised / (1 - raised) / (ratio / (1 - Math.min(0.999, ratio))));
}

/** Events out of all of them, over periods; null where there are none. Half an event stands for none at all. */
export function pooledRatio(counts: Periods<Counts>): number | null {
  let events = 0;
  let total = 0;
  for (const one of counts) {
    events += one?.events ?? 0;
    total += one?.total ?? 0;
  }
  return total === 0 ? null : Math.max(events, 0.5) / Math.max(total, 1);
}

/**
 * Errors are answers of the targets with 5XX, and connections that they did not take: a canary that is down answers
 * nothing, so it has requests and no 5XX. Slow requests are counted by CloudWatch's TC(limit:), whose count is
 * interpolated and so no whole number (User Guide, "CloudWatch statistics definitions").
 */
export function countsReader(
  { name, events }: RatioPolicy,
  side: Side,
  data: WatchedData,
  part?: string,
): (periodStart: number) => Counts | null {
  const requests = data.numbers('requests', side, part);
  const failed = data.numbers(events.type === 'errors' ? 'errors' : name, side, part);
  const refused = data.numbers('connection-errors', side, part);
  return (periodStart) => {
    const total = requests(periodStart);
    if (total === null || total === undefined || total < 0) return null;
    const counted = failed(periodStart);
    const count = events.type === 'errors' ? errorsBeside(counted, refused(periodStart)) : counted;
    if (count === null || count === undefined) return total === 0 ? { events: 0, total: 0 } : null;
    const whole = Math.round(total);
    return { events: Math.min(whole, Math.max(0, Math.round(count))), total: whole };
  };
}

function errorsBeside(failed: Told, refused: Told): Told {
  return failed === undefined ? undefined : Math.max(0, failed ?? 0) + Math.max(0, refused ?? 0);
}

function gaugeSeries(metric: GaugePolicy, policy: CanaryPolicy, data: WatchedData): MetricSeries {
  const shared = isShared(metric.source);
  const read = gaugeReader(metric, shared ? 'shared' : 'baseline', data);
  const past = pastReader(metric, policy, data);
  const levels = {
    ...shape(metric.name, metric.main, shared, data),
    direction: metric.direction,
    warmup: policy.warmup ?? (metric.counter ? 0 : usualWarmup(data)),
    canary: data.timetable.canary.map(shared ? read : gaugeReader(metric, 'canary', data)),
    // What both share has no side to stand beside it: its own past days do.
    baseline: shared
      ? data.timetable.canary.map((start) => (read(start) === null ? null : past(start)))
      : data.baselineBeside.map(read),
    history: (shared ? data.timetable.history : data.history).map(read),
    parts: partsOf(metric.name, data, (part) => gaugeReader(metric, 'baseline', data, part)),
  };
  if (metric.counter) return { ...levels, kind: 'count' };
  return { ...levels, kind: metric.measure === 'latency' ? 'latency' : 'gauge' };
}

/** The numbers of a gauge; of a counter, what it grew by in the period, and null where it fell or began. */
export function gaugeReader(
  { name, counter }: GaugePolicy,
  side: Side,
  data: WatchedData,
  part?: string,
): (periodStart: number) => number | null {
  const numbers = data.numbers(name, side, part);
  if (!counter) return (periodStart) => numbers(periodStart) ?? null;
  return (periodStart) => {
    const before = numbers(periodStart - data.timetable.period) ?? null;
    const now = numbers(periodStart) ?? null;
    return before === null || now === null || now < before ? null : Math.round(now - before);
  };
}

/** The median of the same minutes of past days; of days whose minutes are not kept, of the five that it is one of. */
function pastReader(
  { name }: GaugePolicy,
  { periodSeconds, pastDays }: CanaryPolicy,
  { folded }: WatchedData,
): (periodStart: number) => number | null {
  const known = new Map(
    folded.series(name, 'shared', 'past').map(({ periodStart, value }) => [Date.parse(periodStart), value]),
  );
  return (periodStart) => {
    const values = pastDays.map((days) => {
      const step = periodOnPastDay(periodSeconds, days) * 1000;
      return known.get(Math.floor((periodStart - days * dayMilliseconds) / step) * step) ?? null;
    });
    return median(values.filter((value) => value !== null)) ?? null;
  };
}

/** Two slices at least tell what drift they share; fewer tell nothing. */
function partsOf<T>(
  metric: string,
  data: WatchedData,
  read: (part: string) => (periodStart: number) => T | null,
): readonly Periods<T>[] {
  const parts = data.folded.parts(metric);
  return parts.length < 2 ? [] : parts.map((part) => data.history.map(read(part)));
}

/** A side that carries nothing has a weight all the same: exposures are divided by. */
const leastWeight = 0.1;

function shape(name: string, main: boolean, shared: boolean, data: WatchedData) {
  const weights = sidesByPeriod(data.timetable, data.observations, (observation) => observation.weights);
  const side = (which: keyof Sides) => weights.map((sides) => Math.max(leastWeight, sides?.[which] ?? 1));
  const newest = data.observations.findLast(({ hosts }) => hosts !== undefined && hosts !== null)?.hosts ?? null;
  const hosts = newest === null || newest.canary < 1 || newest.baseline < 1 ? null : newest;
  return { name, main, shared, exposure: { canary: side('canary'), baseline: side('baseline') }, hosts };
}
