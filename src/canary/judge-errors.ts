import type { Reason } from '../reason.ts';
import type { MetricOutcome, WatchedData } from './judge-outcome.ts';
import type { CanaryPolicy, MetricPolicy } from './policy.ts';
import { binomialUpperTail } from './statistics/binomial.ts';
import { fisherUpperTail } from './statistics/hypergeometric.ts';

type ErrorPolicy = Extract<MetricPolicy, { kind: 'error-ratio' }>;

interface Counts {
  readonly errors: number;
  readonly requests: number;
}

/** The whole watch finds small harm that lasts; the newest periods find great harm that has just begun. */
const recentPeriods = 3;
/** The comparisons at each look: two windows against the baseline, two against the limit. */
const testsPerLook = 4;

/**
 * Judges failed requests out of all, by counts. Fisher's exact test says how likely the canary's share of the errors
 * is by chance; the budget alpha is divided over all tests of all planned looks (Bonferroni), so that looking every
 * minute does not raise the chance of rolling a healthy release back above alpha, as long as requests fail
 * independently of each other (docs/canary.md has the measured rates, and what happens when they do not).
 */
export function judgeErrors(metric: ErrorPolicy, policy: CanaryPolicy, data: WatchedData): MetricOutcome {
  const threshold = policy.alpha / (data.plannedLooks * testsPerLook);
  const canary = countsOf(data, 'canary', 'watch');
  const baseline = countsOf(data, 'baseline', data.baselinePhase);
  const recentCanary = sum(canary.slice(-recentPeriods));
  const recentBaseline = data.baselinePhase === 'watch' ? sum(baseline.slice(-recentPeriods)) : sum(baseline);
  const windows = [
    { name: 'the whole watch', canary: sum(canary), baseline: sum(baseline) },
    { name: `the last ${recentPeriods} periods`, canary: recentCanary, baseline: recentBaseline },
  ];
  const reasons = windows.flatMap((window) => [
    ...beyondLimit(metric, window, threshold),
    ...worseThanBaseline(metric, window, threshold),
  ]);
  const numbers = { canary: ratio(sum(canary)), baseline: ratio(sum(baseline)) };
  if (reasons.length > 0) return { metric: metric.name, verdict: 'bad', reasons, ...numbers };
  const ill = baselineIsIll(metric, sum(baseline));
  if (ill !== null) return { metric: metric.name, verdict: 'open', reasons: [ill], ...numbers };
  const text = `error-ratio: canary ${told(sum(canary))}, baseline ${told(sum(baseline))}: no sign of harm`;
  return { metric: metric.name, verdict: 'good', reasons: [{ code: 'errors-good', text }], ...numbers };
}

interface Window {
  readonly name: string;
  readonly canary: Counts;
  readonly baseline: Counts;
}

function beyondLimit({ limit }: ErrorPolicy, { name, canary }: Window, threshold: number): readonly Reason[] {
  const p = binomialUpperTail(canary.errors, canary.requests, limit);
  if (canary.requests === 0 || p >= threshold) return [];
  const text = `error-ratio: canary ${told(canary)} in ${name}, surely above the limit of ${percent(limit)}; ${chance(p, threshold)}`;
  return [{ code: 'error-limit', text, p, threshold, limit, ...canary }];
}

function worseThanBaseline(
  { minimumIncrease }: ErrorPolicy,
  { name, canary, baseline }: Window,
  threshold: number,
): readonly Reason[] {
  const increase = (ratio(canary) ?? 0) - (ratio(baseline) ?? 0);
  if (baseline.requests === 0 || increase < minimumIncrease) return [];
  const p = fisherUpperTail(canary.errors, canary.requests, baseline.errors, baseline.requests);
  if (p >= threshold) return [];
  const text = `error-ratio: canary ${told(canary)} against the baseline's ${told(baseline)} in ${name}; ${chance(p, threshold)}`;
  return [{ code: 'errors-worse', text, p, threshold, canaryCounts: canary, baselineCounts: baseline }];
}

function baselineIsIll({ limit }: ErrorPolicy, baseline: Counts): Reason | null {
  if ((ratio(baseline) ?? 0) <= limit) return null;
  const text = `error-ratio: the baseline itself fails ${told(baseline)}, above the limit of ${percent(limit)}: no comparison with it can show that the canary is good`;
  return { code: 'baseline-ill', text };
}

/**
 * Errors beside requests, period by period. A missing error count beside requests means none: load balancers publish
 * counts only when they are not zero. Both missing means that nothing is known of that period.
 */
function countsOf(data: WatchedData, side: 'canary' | 'baseline', phase: 'watch' | 'history'): readonly Counts[] {
  const errors = new Map(data.series('errors', side, phase).map(({ periodStart, value }) => [periodStart, value]));
  return data.series('requests', side, phase).flatMap(({ periodStart, value }): Counts[] => {
    if (value === null || value <= 0) return [];
    const failed = errors.get(periodStart) ?? 0;
    return [{ errors: Math.round(Math.min(failed, value)), requests: Math.round(value) }];
  });
}

function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((a, b) => ({ errors: a.errors + b.errors, requests: a.requests + b.requests }), {
    errors: 0,
    requests: 0,
  });
}

function ratio({ errors, requests }: Counts): number | null {
  return requests === 0 ? null : errors / requests;
}

function told(counts: Counts): string {
  return `${counts.errors} of ${counts.requests} (${percent(ratio(counts) ?? 0)})`;
}

/** Enough digits that two different ratios never look the same. */
function percent(value: number): string {
  return `${(value * 100).toPrecision(3)} %`;
}

function chance(p: number, threshold: number): string {
  return `by chance this happens with p = ${p.toExponential(2)}, and ${threshold.toExponential(2)} is the threshold`;
}
