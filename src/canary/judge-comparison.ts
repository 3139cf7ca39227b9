import type { Reason } from '../reason.ts';
import type { Comparison, MetricSeries } from './comparison.ts';
import {
  heldUp,
  illReason,
  type MetricReason,
  promoteRisk,
  safeReason,
  stoppedSince,
  worseReason,
} from './comparison-reasons.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { watchMetric } from './evidence/watch-metric.ts';

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

/** A metric as it is followed: its watcher, and the newest periods that did not count. */
interface Followed {
  readonly series: MetricSeries;
  next(period: number): MetricEvidence;
  /** Periods since the last that counted. */
  silent(): number;
}

/**
 * Judges a canary period by period, with a look at each: rolls back at the first look at which a metric's evidence of
 * harm reaches its threshold; at the planned end promotes when every metric excludes the size of regression that the
 * policy wants to be safe from, and is inconclusive otherwise. What both versions share never rolls back.
 */
export function judgeComparison(comparison: Comparison): ComparisonVerdict {
  const { id, policy, metrics } = comparison;
  const followed = metrics.map((series) => follow(series, comparison));
  const length = Math.max(0, ...metrics.map(({ canary }) => canary.length));
  let evidence: readonly MetricEvidence[] = [];
  for (let period = 0; period < Math.min(length, policy.plannedPeriods); period += 1) {
    evidence = followed.map((one) => one.next(period));
    const worst = mostHarm(evidence);
    if (worst !== null && excess(worst) >= 0) {
      const reasons = [worseReason(worst), ...evidence.filter((one) => one !== worst).map(safeReason)];
      return { id, verdict: 'rollback', decidedAt: period, metric: worst.metric, evidence, reasons };
    }
  }
  if (length < policy.plannedPeriods) {
    const reasons = evidence.map(safeReason);
    return { id, verdict: 'continue', decidedAt: null, metric: null, evidence, reasons };
  }
  const held = followed.flatMap((one, index) => holdsUp(one, evidence[index], length));
  if (held.length === 0 && metrics.length > 0) {
    const reasons = evidence.map(safeReason);
    return { id, verdict: 'promote', decidedAt: length - 1, metric: null, evidence, reasons };
  }
  const [first] = held;
  return { id, verdict: 'inconclusive', decidedAt: null, metric: first?.metric ?? null, evidence, reasons: held };
}

function mostHarm(evidence: readonly MetricEvidence[]): MetricEvidence | null {
  return evidence.reduce<MetricEvidence | null>((most, one) => (excess(one) > excess(most) ? one : most), null);
}

function excess(evidence: MetricEvidence | null): number {
  return evidence === null ? -Infinity : evidence.harm - evidence.threshold;
}

/** Why this metric lets nobody promote; empty where it does. */
function holdsUp(one: Followed, last: MetricEvidence | undefined, length: number): readonly MetricReason[] {
  if (last === undefined) return [];
  if (one.series.shared && last.periods > 0) return last.safety < 0 ? [illReason(last)] : [];
  if (one.silent() >= stoppedSince && last.periods > 0) return [heldUp(last, length, one.silent())];
  // Written so that a safety that is no number promotes nobody.
  return last.safety >= Math.log(1 / promoteRisk) ? [] : [heldUp(last, length, 0)];
}

function follow(series: MetricSeries, { policy, metrics }: Comparison): Followed {
  const alpha = policy.alpha * budgetShare(series, metrics);
  const usualWarmup = series.kind === 'latency' || series.kind === 'gauge' ? 3 : 0;
  const next = watchMetric(series, {
    alpha,
    warmup: series.warmup ?? policy.warmup ?? usualWarmup,
    size: series.promoteSize ?? policy.promote[series.kind],
    plannedPeriods: policy.plannedPeriods,
  });
  let silent = 0;
  return {
    series,
    next(period) {
      const evidence = next(period);
      silent = evidence.state === 'judged' ? 0 : silent + 1;
      return { metric: series.name, threshold: Math.log(1 / alpha) - evidence.slack, ...evidence };
    },
    silent: () => silent,
  };
}

/**
 * The main metric has half of the budget, the others share the rest; without a main one all have the same. What is shared
 * cannot roll back and costs the others nothing.
 */
function budgetShare({ main, shared }: MetricSeries, all: readonly MetricSeries[]): number {
  const metrics = all.filter((metric) => !metric.shared);
  if (shared) return 1;
  const mains = metrics.filter((metric) => metric.main).length;
  if (mains === 0 || mains === metrics.length) return 1 / metrics.length;
  return main ? 0.5 / mains : 0.5 / (metrics.length - mains);
}
