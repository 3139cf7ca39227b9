import type { Reason } from '../reason.ts';
import type { Comparison, MetricSeries } from './comparison.ts';
import { oddsText } from './comparison-reasons.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { type ComparisonVerdict, judgeComparison } from './judge-comparison.ts';
import { percent } from './judge-text.ts';
import type { MetricPolicy } from './metric-policy.ts';
import type { CanaryPolicy } from './policy.ts';
import { medianOf, recentPeriods, rise, seen, windowsOf } from './seen.ts';

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
    return windowsOf(series).some((window) => rise(window) >= metric.minimumIncrease);
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

function harmReason(series: MetricSeries, evidence: MetricEvidence): Reason {
  const { harm, threshold, effect } = evidence;
  const { text, facts } = seen(series);
  return {
    code: codeOf(series),
    text: `${series.name}: ${text}; ${oddsText(evidence)}`,
    harm,
    threshold,
    effect,
    ...facts,
  };
}

function codeOf(series: MetricSeries): string {
  if (series.name === 'error-ratio') return 'errors-worse';
  return series.kind === 'ratio' || series.kind === 'latency' ? 'slower-than-baseline' : 'gauge-worse';
}
