import type { Reason } from '../reason.ts';
import type { MetricOutcome, WatchedData } from './judge-outcome.ts';
import { tellApart } from './judge-text.ts';
import type { MetricPolicy } from './metric-policy.ts';
import type { CanaryPolicy } from './policy.ts';
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
  const { counts: canary, unknown: canaryUnknown } = countsOf(data, 'canary', 'watch');
  const { counts: baseline, unknown: baselineUnknown } = countsOf(data, 'baseline', data.baselinePhase);
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
  const open = [
    ...errorsUnknown('canary', sum(canary), canaryUnknown),
    ...errorsUnknown('baseline', sum(baseline), baselineUnknown),
    ...baselineIsIll(metric, sum(baseline)),
  ];
  if (open.length > 0) return { metric: metric.name, verdict: 'open', reasons: open, ...numbers };
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
  const [seen, allowed] = tellApart(100 * (ratio(canary) ?? 0), 100 * limit);
  const text = `error-ratio: canary ${canary.errors} of ${canary.requests} (${seen} %) in ${name}, surely above the limit of ${allowed} %; ${chance(p, threshold)}`;
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

function baselineIsIll({ limit }: ErrorPolicy, baseline: Counts): readonly Reason[] {
  const seen = ratio(baseline) ?? 0;
  if (seen <= limit) return [];
  const [failing, allowed] = tellApart(100 * seen, 100 * limit);
  const text = `error-ratio: the baseline itself fails ${baseline.errors} of ${baseline.requests} (${failing} %), above the limit of ${allowed} %: no comparison with it can show that the canary is good`;
  return [{ code: 'baseline-ill', text }];
}

/** This part of a side's requests may be without a known number of errors; beyond it nothing can be called good. */
const unknownShare = 0.1;

/** Requests whose errors CloudWatch did not tell (a partial or refused answer) are not requests that went well. */
function errorsUnknown(side: string, known: Counts, unknownRequests: number): readonly Reason[] {
  const requests = known.requests + unknownRequests;
  if (unknownRequests <= unknownShare * requests) return [];
  const text = `error-ratio: CloudWatch did not tell how many of ${unknownRequests} of the ${side}'s ${requests} requests failed; see the observations' reasons, and check cloudwatch:GetMetricData of the gate's role`;
  return [{ code: 'errors-unknown', text, side, unknownRequests, requests }];
}

/**
 * Errors beside requests, period by period: answers of the targets with 5XX, and connections that they did not take
 * (a canary that is down answers nothing, so it has requests and no 5XX). Asked for and not there beside requests means
 * none: load balancers publish counts only when they are not zero. Without an answer at all nothing is known of it.
 * @returns `unknown`: the requests of periods whose errors are not known
 */
function countsOf(data: WatchedData, side: 'canary' | 'baseline', phase: 'watch' | 'history') {
  const values = (metric: string) =>
    new Map(data.series(metric, side, phase).map(({ periodStart, value }) => [periodStart, value]));
  const errors = values('errors');
  const refused = values('connection-errors');
  const counts: Counts[] = [];
  let unknown = 0;
  for (const { periodStart, value: requests } of data.series('requests', side, phase)) {
    if (requests === null || requests <= 0) continue;
    const failed = errors.get(periodStart);
    if (failed === undefined) {
      unknown += requests;
      continue;
    }
    const all = Math.max(0, failed ?? 0) + Math.max(0, refused.get(periodStart) ?? 0);
    counts.push({ errors: Math.round(Math.min(all, requests)), requests: Math.round(requests) });
  }
  return { counts, unknown };
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

function percent(value: number): string {
  return `${(value * 100).toPrecision(3)} %`;
}

function chance(p: number, threshold: number): string {
  return `by chance this happens with p = ${p.toExponential(2)}, and ${threshold.toExponential(2)} is the threshold`;
}
