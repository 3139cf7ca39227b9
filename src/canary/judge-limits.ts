import type { Reason } from '../reason.ts';
import type { Counts } from './comparison.ts';
import { createCountGuard, levelBeyond, type Saturation, saturation } from './guard-rails.ts';
import { samplesNeeded } from './judge-metric-states.ts';
import { tellApart } from './judge-text.ts';
import { type GaugePolicy, isShared, type RatioPolicy } from './metric-policy.ts';
import { capacityMetric } from './metrics/questions.ts';
import type { CanaryPolicy } from './policy.ts';
import { countsReader, gaugeReader } from './to-comparison.ts';
import type { WatchedData } from './watched-data.ts';

/** Limits have a budget of their own, small beside that of the comparison. */
const limitsShare = 0.1;

/** Which absolute limits the canary has passed, for sure: these need no baseline. A reason a limit, with its metric. */
export function passedLimits(policy: CanaryPolicy, data: WatchedData): readonly Reason[] {
  return policy.metrics.flatMap((metric) => {
    if (metric.kind === 'volume') return [];
    if (metric.kind === 'ratio') return ratioLimit(metric, policy, data);
    const full = saturationOf(metric, data);
    return [...gaugeLimit(metric, data), ...(full?.level === 'fail' ? [full.reason] : [])];
  });
}

/** Resources of which little is left, though not so little as to roll back. */
export function nearlyFull({ metrics }: CanaryPolicy, data: WatchedData): readonly Reason[] {
  return metrics.flatMap((metric) => {
    const full = metric.kind === 'gauge' ? saturationOf(metric, data) : null;
    return full?.level === 'warn' ? [full.reason] : [];
  });
}

/** Every period of the canary goes through the guard, as if it had been there at each look. */
function ratioLimit(metric: RatioPolicy, policy: CanaryPolicy, data: WatchedData): readonly Reason[] {
  const { name, limit, events } = metric;
  if (limit === null || limit >= 1) return [];
  const { canary, plannedPeriods } = data.timetable;
  const guard = createCountGuard({ metric: name, limit, alpha: policy.alpha * limitsShare, plannedPeriods });
  const passed = canary.map(countsReader(metric, 'canary', data)).flatMap((counts) => guard(counts) ?? []);
  const code = events.type === 'errors' ? 'error-limit' : 'slow-limit';
  return passed.slice(0, 1).map((reason) => ({ ...reason, code }));
}

/** Beyond the limit in k of its newest periods; one more than k are looked at, since one may be missing. */
function gaugeLimit(metric: GaugePolicy, data: WatchedData): readonly Reason[] {
  const { name, limit, direction } = metric;
  if (limit === null) return [];
  const shared = isShared(metric.source);
  const side = direction === 'decrease' ? 'below' : 'above';
  const passed = levelBeyond(valuesOf(metric, data), { metric: name, limit, side, shared, ...newest(metric, data) });
  if (passed === null) return [];
  const values = Array.isArray(passed.values) ? passed.values.map(Number) : [];
  const [bound, ...shown] = tellApart(limit, ...values);
  const blame = shared ? '; both versions share it, so it may not be the release: see what else changed' : '';
  const text = `${name}: ${shown.join(', ')} of the newest ${newest(metric, data).among} periods ${side} the limit of ${bound}${blame}`;
  return [{ ...passed, code: shared ? 'shared-limit' : 'gauge-limit', text }];
}

function saturationOf(metric: GaugePolicy, data: WatchedData): Saturation | null {
  const capacity = capacityOf(metric, data);
  if (capacity === null) return null;
  const resource = { metric: metric.name, capacity, shared: isShared(metric.source), ...newest(metric, data) };
  return saturation(valuesOf(metric, data), resource);
}

/** The capacity as configured, or as its metric told it last. */
function capacityOf({ name, capacity }: GaugePolicy, data: WatchedData): number | null {
  if (capacity === null || typeof capacity === 'number') return capacity;
  const read = data.numbers(capacityMetric(name), 'shared');
  const told = data.timetable.canary.map(read).findLast((value) => typeof value === 'number' && value > 0);
  return told ?? null;
}

function newest(metric: GaugePolicy, data: WatchedData): { readonly needed: number; readonly among: number } {
  const needed = samplesNeeded(metric, data);
  return { needed, among: needed === 1 ? 1 : needed + 1 };
}

function valuesOf(metric: GaugePolicy, data: WatchedData): readonly (number | null)[] {
  return data.timetable.canary.map(gaugeReader(metric, isShared(metric.source) ? 'shared' : 'canary', data));
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
