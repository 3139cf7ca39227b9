import type { MetricSeries, Periods } from '../comparison.ts';
import { createCountedWatcher } from './counted.ts';
import type { Evidence, EvidenceSettings, MetricWatcher } from './evidence.ts';
import { createMeasuredWatcher } from './measured.ts';
import { createSharedWatcher } from './shared.ts';

/**
 * Watches a series by what its kind asks for.
 * @returns a function to call with the index of every period, in order; what both versions share has no harm to tell
 */
export function watchMetric(series: MetricSeries, settings: EvidenceSettings): (period: number) => Evidence {
  const exposure = (period: number) => ({
    canary: series.exposure.canary[period] ?? 1,
    baseline: series.exposure.baseline[period] ?? 1,
  });
  const step = <T>(watcher: MetricWatcher<T>, canary: Periods<T>, baseline: Periods<T>) => {
    return (period: number) => watcher.observe(canary[period] ?? null, baseline[period] ?? null, exposure(period));
  };
  if (series.kind === 'latency' || series.kind === 'gauge') {
    const create = series.shared ? createSharedWatcher : createMeasuredWatcher;
    return step(create(series, settings), series.canary, series.baseline);
  }
  const watcher = createCountedWatcher(series, settings);
  const counted = (side: 'canary' | 'baseline') =>
    series.kind === 'ratio'
      ? series[side]
      : series[side].map((events, period) => (events === null ? null : { events, total: exposure(period)[side] }));
  const next = step(watcher, counted('canary'), counted('baseline'));
  return series.shared ? (period) => withoutVerdict(next(period)) : next;
}

/** What is shared condemns nobody, and earns no promotion before it was seen. */
function withoutVerdict(evidence: Evidence): Evidence {
  return { ...evidence, harm: -Infinity, safety: evidence.periods === 0 ? 0 : Infinity };
}
