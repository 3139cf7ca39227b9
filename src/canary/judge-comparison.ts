import type { Reason } from '../reason.ts';
import type { Comparison, MetricSeries, Periods } from './comparison.ts';
import {
  goodReason,
  heldUp,
  illReason,
  latelyWorseReason,
  type MetricReason,
  onlySharedReason,
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
  /** The factor that a promotion must exclude. */
  readonly size: number;
  next(period: number): MetricEvidence;
  /** Periods since the last that counted. */
  silent(): number;
}

/** What a metric said last. */
interface Said extends Followed {
  readonly evidence: MetricEvidence;
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
  let said: readonly Said[] = [];
  for (let period = 0; period < Math.min(length, policy.plannedPeriods); period += 1) {
    said = followed.map((one) => ({ ...one, evidence: one.next(period) }));
    const worst = mostHarm(said);
    if (worst !== null && excess(worst) >= 0) {
      const reasons = [worst, ...said.filter((one) => one !== worst)].map((one) => {
        const shown = until(one.series, period + 1);
        return one === worst ? worseReason(one.evidence, shown) : safeReason(one.evidence, shown);
      });
      return { id, verdict: 'rollback', decidedAt: period, metric: worst.series.name, evidence: lastOf(said), reasons };
    }
  }
  const evidence = lastOf(said);
  if (length < policy.plannedPeriods) {
    const reasons = said.map((one) => safeReason(one.evidence, one.series));
    return { id, verdict: 'continue', decidedAt: null, metric: null, evidence, reasons };
  }
  const held = [...said.flatMap((one) => holdsUp(one, length)), ...nothingCompared(metrics)];
  if (held.length === 0 && said.length > 0) {
    const reasons = said.map((one) => goodReason(one.evidence, one.series, one.size));
    return { id, verdict: 'promote', decidedAt: length - 1, metric: null, evidence, reasons };
  }
  const [first] = held;
  return { id, verdict: 'inconclusive', decidedAt: null, metric: first?.metric ?? null, evidence, reasons: held };
}

/** What both versions share cannot earn a promotion by itself. */
function nothingCompared(metrics: readonly MetricSeries[]): readonly MetricReason[] {
  return metrics.every(({ shared }) => shared) ? metrics.map(({ name }) => onlySharedReason(name)) : [];
}

function lastOf(said: readonly Said[]): readonly MetricEvidence[] {
  return said.map(({ evidence }) => evidence);
}

/** The series as it was at a look. */
function until(series: MetricSeries, length: number): MetricSeries {
  const cut = <T>(values: Periods<T>) => values.slice(0, length);
  return series.kind === 'ratio'
    ? { ...series, canary: cut(series.canary), baseline: cut(series.baseline) }
    : { ...series, canary: cut(series.canary), baseline: cut(series.baseline) };
}

function mostHarm(said: readonly Said[]): Said | null {
  return said.reduce<Said | null>((most, one) => (excess(one) > excess(most) ? one : most), null);
}

function excess(said: Said | null): number {
  return said === null ? -Infinity : said.evidence.harm - said.evidence.threshold;
}

/** Why this metric lets nobody promote; empty where it does. */
function holdsUp({ series, size, evidence, silent }: Said, length: number): readonly MetricReason[] {
  if (series.shared && evidence.periods > 0) return evidence.safety < 0 ? [illReason(evidence)] : [];
  const stopped = silent() >= stoppedSince && evidence.periods > 0;
  // Written so that a safety that is no number promotes nobody.
  if (!stopped && evidence.safety >= Math.log(1 / promoteRisk)) return latelyWorse(series, size);
  return [heldUp(evidence, series, { length, silent: stopped ? silent() : 0, size })];
}

/**
 * Safety asks for an effect from the start. A level that is beyond the size in every one of the newest periods is no
 * ground for promotion, however it began, and however the model explains it.
 */
function latelyWorse(series: MetricSeries, size: number): readonly MetricReason[] {
  if (series.kind === 'ratio' || series.kind === 'count') return [];
  const { canary, baseline, direction } = series;
  const newest = canary.slice(-stoppedSince).flatMap((value, index) => {
    const beside = baseline[canary.length - Math.min(stoppedSince, canary.length) + index] ?? null;
    return value === null || beside === null ? [] : [{ value, beside }];
  });
  if (newest.length < fewestLately) return [];
  const rose = newest.every(({ value, beside }) => beside >= 0 && value > size * beside);
  const fell = newest.every(({ value, beside }) => beside > 0 && value < beside / size);
  const worse = (rose && direction !== 'decrease') || (fell && direction !== 'increase');
  return worse ? [latelyWorseReason(series.name, newest.length, rose ? size : 1 / size)] : [];
}

/** One or two periods beyond the size are noise, as likely as not. */
const fewestLately = 3;

function follow(series: MetricSeries, { policy, metrics }: Comparison): Followed {
  const alpha = policy.alpha * budgetShare(series, metrics);
  const usualWarmup = series.kind === 'latency' || series.kind === 'gauge' ? 3 : 0;
  const size = series.promoteSize ?? policy.promote[series.kind];
  const next = watchMetric(series, {
    alpha,
    warmup: series.warmup ?? policy.warmup ?? usualWarmup,
    size,
    plannedPeriods: policy.plannedPeriods,
  });
  let silent = 0;
  return {
    series,
    size,
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
