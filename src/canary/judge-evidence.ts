import type { Reason } from '../reason.ts';
import type { Comparison, MetricSeries, Periods, RatioSeries } from './comparison.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { type ComparisonVerdict, judgeComparison } from './judge-comparison.ts';
import { sum } from './judge-limits.ts';
import { percent, tellApart } from './judge-text.ts';
import type { MetricPolicy } from './metric-policy.ts';
import type { CanaryPolicy } from './policy.ts';
import { median } from './statistics/median.ts';

/** What the comparison with the baseline says, with what does not matter in practice set aside. */
export interface EvidenceVerdict {
  readonly verdict: ComparisonVerdict;
  /** Every metric's last word, those that were set aside included. */
  readonly evidence: readonly MetricEvidence[];
  /** Why to roll back; empty where there is nothing. */
  readonly harm: readonly Reason[];
  /** Surely worse, and by less than the policy minds. */
  readonly tooSmall: readonly Reason[];
  /** What both versions share and is unlike its own past: it cannot condemn the canary. */
  readonly unusual: readonly MetricEvidence[];
}

/** A great harm that has just begun is small in the mean of the whole watch: the newest periods are looked at as well. */
const recentPeriods = 3;

/**
 * Asks the judge's core. A metric that condemns the canary while the effect seen is below the policy's practical floor
 * (`minimumIncrease`, `relative`) is set aside at this look, and the others are judged without it: it must not hide a
 * harm that matters. Setting aside can only take rollbacks away, so the false ones stay within alpha.
 */
export function judgeEvidence(policy: CanaryPolicy, comparison: Comparison): EvidenceVerdict {
  const shared = judgeShared(comparison);
  // Of a shared series the core's safety is negative where it is surely ill.
  const unusual = shared.filter(({ harm, safety, threshold }) => harm >= threshold || safety < 0);
  const aside: MetricEvidence[] = [...shared];
  const tooSmall: Reason[] = [];
  let left = { ...comparison, metrics: comparison.metrics.filter((series) => !series.shared) };
  for (;;) {
    const verdict = judgeComparison(left);
    const series = left.metrics.find(({ name }) => name === verdict.metric);
    const metric = policy.metrics.find(({ name }) => name === verdict.metric);
    const own = verdict.evidence.find((one) => one.metric === verdict.metric);
    if (verdict.verdict !== 'rollback' || series === undefined || metric === undefined || own === undefined) {
      return { verdict, evidence: [...verdict.evidence, ...aside], harm: [], tooSmall, unusual };
    }
    const reason = { ...harmReason(series, own), metric: series.name, decidedAt: verdict.decidedAt };
    if (matters(metric, series)) {
      const harm = [reason, ...alsoHarmful(policy, left, verdict)];
      return { verdict, evidence: [...verdict.evidence, ...aside], harm, tooSmall, unusual };
    }
    aside.push(own);
    tooSmall.push({ ...reason, code: 'too-small-to-matter', text: `${reason.text}; ${floorText(metric)}` });
    left = { ...left, metrics: left.metrics.filter((one) => one !== series) };
  }
}

/** What the other metrics say that would have condemned the canary by themselves. */
function alsoHarmful(policy: CanaryPolicy, { metrics }: Comparison, verdict: ComparisonVerdict): readonly Reason[] {
  return metrics.flatMap((series) => {
    const own = verdict.evidence.find(({ metric }) => metric === series.name);
    const metric = policy.metrics.find(({ name }) => name === series.name);
    if (series.name === verdict.metric || metric === undefined || own === undefined) return [];
    if (own.harm < own.threshold || !matters(metric, series)) return [];
    return [{ ...harmReason(series, own), metric: series.name }];
  });
}

/**
 * Compared with their own past days, or with what they were before where there are none; each by itself: they take nothing
 * of the budget of those that can condemn.
 */
function judgeShared(comparison: Comparison): readonly MetricEvidence[] {
  return comparison.metrics
    .filter(({ shared }) => shared)
    .flatMap((series) => {
      const hasPast = series.baseline.some((value) => value !== null);
      return judgeComparison({ ...comparison, metrics: [hasPast ? { ...series, shared: false } : series] }).evidence;
    });
}

function floorText(metric: MetricPolicy): string {
  if (metric.kind === 'gauge') return `below ${metric.relative} times the baseline (relative), so it does not matter`;
  const least = metric.kind === 'ratio' ? percent(metric.minimumIncrease) : '';
  return `a rise of less than ${least} points (minimumIncrease), so it does not matter`;
}

/** Whether the effect seen, in the whole watch or in its newest periods, is one that the policy minds. */
function matters(metric: MetricPolicy, series: MetricSeries): boolean {
  if (metric.kind === 'ratio' && series.kind === 'ratio') {
    return windowsOf(series).some(({ canary, baseline }) => rise(canary, baseline) >= metric.minimumIncrease);
  }
  if (metric.kind === 'gauge' && metric.relative !== null && series.kind !== 'ratio') {
    const { relative } = metric;
    return [series.canary.length, recentPeriods].some((length) => {
      const [canary, baseline] = [medianOf(series.canary, length), medianOf(series.baseline, length)];
      if (canary === null || baseline === null || baseline <= 0 || canary <= 0) return true;
      return canary / baseline >= relative || (metric.direction !== 'increase' && baseline / canary >= relative);
    });
  }
  return true;
}

interface Window {
  readonly name: string;
  readonly canary: { readonly events: number; readonly total: number };
  readonly baseline: { readonly events: number; readonly total: number };
}

/** The whole watch and its newest periods, of those in which both sides have a number. */
function windowsOf({ canary, baseline }: RatioSeries): readonly [Window, Window] {
  const both = canary.map((_, index) => index).filter((index) => canary[index] !== null && baseline[index] !== null);
  const window = (name: string, indexes: readonly number[]): Window => ({
    name,
    canary: sum(indexes.map((index) => canary[index] ?? null)),
    baseline: sum(indexes.map((index) => baseline[index] ?? null)),
  });
  return [window('the whole watch', both), window(`the last ${recentPeriods} periods`, both.slice(-recentPeriods))];
}

function rise(canary: Window['canary'], baseline: Window['baseline']): number {
  return ratio(canary) - ratio(baseline);
}

function ratio({ events, total }: Window['canary']): number {
  return total === 0 ? 0 : events / total;
}

function medianOf(values: Periods<number>, length: number): number | null {
  return median(values.slice(-length).filter((value) => value !== null)) ?? null;
}

function harmReason(series: MetricSeries, evidence: MetricEvidence): Reason {
  const { harm, threshold, effect } = evidence;
  const facts = { harm, threshold, effect };
  const odds = `e^${harm.toFixed(1)} times likelier if the canary is worse than if it is healthy, and e^${threshold.toFixed(1)} rolls back`;
  if (series.kind === 'ratio') {
    const [whole, recent] = windowsOf(series);
    const told = rise(recent.canary, recent.baseline) > 2 * rise(whole.canary, whole.baseline) ? recent : whole;
    const text = `${series.name}: canary ${counted(told.canary)} against the baseline's ${counted(told.baseline)} in ${told.name}; ${odds}`;
    const code = series.name === 'error-ratio' ? 'errors-worse' : 'slower-than-baseline';
    return { code, text, ...facts, canaryCounts: told.canary, baselineCounts: told.baseline };
  }
  const [canary, baseline] = [medianOf(series.canary, recentPeriods), medianOf(series.baseline, recentPeriods)];
  const [seen = '', beside = ''] = tellApart(canary ?? Number.NaN, baseline ?? Number.NaN);
  const text = `${series.name}: ${seen} against ${beside} of the baseline (medians of the last ${recentPeriods} periods); ${odds}`;
  const code = series.kind === 'latency' ? 'slower-than-baseline' : 'gauge-worse';
  return { code, text, ...facts, canary, baseline };
}

/** `31 of 70 (44.3 %)`. */
export function counted(counts: Window['canary']): string {
  return `${counts.events} of ${counts.total} (${percent(ratio(counts))})`;
}
