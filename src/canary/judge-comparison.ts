import type { Reason } from '../reason.ts';
import type { Comparison, MetricSeries, Periods } from './comparison.ts';
import { createCountedWatcher } from './evidence/counted.ts';
import type { Evidence, EvidenceSettings, MetricWatcher } from './evidence/evidence.ts';
import { createMeasuredWatcher } from './evidence/measured.ts';

export interface ComparisonVerdict {
  readonly id: string;
  readonly verdict: 'promote' | 'rollback' | 'inconclusive' | 'continue';
  /** The index of the period that decided; null where nothing was decided. */
  readonly decidedAt: number | null;
  /** The metric that decided, or that holds the promotion up. */
  readonly metric: string | null;
  /** What every metric said last. */
  readonly evidence: readonly MetricEvidence[];
  readonly reasons: readonly Reason[];
}

export interface MetricEvidence extends Evidence {
  readonly metric: string;
  /** Harm that rolls back, in nats. */
  readonly threshold: number;
}

/** A canary worse by the policy's size is promoted with this probability at most. */
const promoteRisk = 0.05;

/**
 * Judges a canary period by period, with a look at each: rolls back at the first look at which a metric's evidence of
 * harm reaches its threshold; at the planned end promotes when every metric excludes the size of regression that the
 * policy wants to be safe from, and is inconclusive otherwise.
 */
export function judgeComparison(comparison: Comparison): ComparisonVerdict {
  const { id, policy, metrics } = comparison;
  const watched = metrics.map((series) => watch(series, comparison));
  const length = Math.max(0, ...metrics.map(({ canary }) => canary.length));
  let evidence: readonly MetricEvidence[] = [];
  for (let period = 0; period < Math.min(length, policy.plannedPeriods); period += 1) {
    evidence = watched.map((one) => one.next(period));
    const worst = evidence.reduce<MetricEvidence | null>(
      (most, one) => (excess(one) > excess(most) ? one : most),
      null,
    );
    if (worst !== null && excess(worst) >= 0) {
      return { id, verdict: 'rollback', decidedAt: period, metric: worst.metric, evidence, reasons: [harmful(worst)] };
    }
  }
  if (length < policy.plannedPeriods) {
    return { id, verdict: 'continue', decidedAt: null, metric: null, evidence, reasons: [] };
  }
  const open = evidence.filter(({ safety }) => safety < Math.log(1 / promoteRisk));
  const [first] = open;
  if (first !== undefined) {
    const reasons = open.map(unsafe);
    return { id, verdict: 'inconclusive', decidedAt: null, metric: first.metric, evidence, reasons };
  }
  return { id, verdict: 'promote', decidedAt: length - 1, metric: null, evidence, reasons: [] };
}

function excess(evidence: MetricEvidence | null): number {
  return evidence === null ? -Infinity : evidence.harm - evidence.threshold;
}

function harmful({ metric, harm, threshold }: MetricEvidence): Reason {
  const text = `${metric}: what was seen is e^${harm.toFixed(1)} times likelier if the canary is worse than if it is healthy; e^${threshold.toFixed(1)} rolls back`;
  return { code: 'worse-than-baseline', text, metric, harm, threshold };
}

function unsafe({ metric, effect }: MetricEvidence): Reason {
  const text = `${metric}: a regression of the policy's size cannot be excluded`;
  return { code: 'regression-not-excluded', text, metric, effect };
}

interface WatchedMetric {
  next(period: number): MetricEvidence;
}

function watch(series: MetricSeries, { policy, metrics }: Comparison): WatchedMetric {
  const alpha = policy.alpha * budgetShare(series, metrics);
  const usualWarmup = series.kind === 'latency' || series.kind === 'gauge' ? 3 : 0;
  const settings: EvidenceSettings = {
    alpha,
    warmup: series.warmup ?? policy.warmup ?? usualWarmup,
    size: series.promoteSize ?? policy.promote[series.kind],
    plannedPeriods: policy.plannedPeriods,
  };
  const next = nextOf(series, settings);
  return {
    next(period) {
      const evidence = next(period);
      return { metric: series.name, threshold: Math.log(1 / alpha) - evidence.slack, ...evidence };
    },
  };
}

/** The main metric has half of the budget, the others share the rest; without a main one all have the same. */
function budgetShare({ main }: MetricSeries, metrics: readonly MetricSeries[]): number {
  const mains = metrics.filter((metric) => metric.main).length;
  if (mains === 0 || mains === metrics.length) return 1 / metrics.length;
  return main ? 0.5 / mains : 0.5 / (metrics.length - mains);
}

function nextOf(series: MetricSeries, settings: EvidenceSettings): (period: number) => Evidence {
  const exposure = (period: number) => ({
    canary: series.exposure.canary[period] ?? 1,
    baseline: series.exposure.baseline[period] ?? 1,
  });
  const step = <T>(watcher: MetricWatcher<T>, canary: Periods<T>, baseline: Periods<T>) => {
    return (period: number) => watcher.observe(canary[period] ?? null, baseline[period] ?? null, exposure(period));
  };
  if (series.kind === 'ratio') return step(createCountedWatcher(series, settings), series.canary, series.baseline);
  if (series.kind === 'count') {
    const counted = (side: 'canary' | 'baseline') =>
      series[side].map((events, period) => (events === null ? null : { events, total: exposure(period)[side] }));
    return step(createCountedWatcher(series, settings), counted('canary'), counted('baseline'));
  }
  return step(createMeasuredWatcher(series, settings), series.canary, series.baseline);
}
