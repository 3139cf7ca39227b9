import type { Reason } from '../reason.ts';
import { judgeErrors } from './judge-errors.ts';
import { judgeGauge } from './judge-gauge.ts';
import { type MetricOutcome, missingData, type WatchedData } from './judge-outcome.ts';
import type { MetricPolicy } from './metric-policy.ts';
import { foldObservations, type Observation, type Series } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

export interface WatchSpan {
  /** RFC 3339 UTC. */
  readonly startedAt: string;
  /** From then on the judge must say what it made of it all. */
  readonly endsAt: string;
}

export interface JudgeDecision {
  readonly decision: 'continue' | 'promote' | 'rollback' | 'inconclusive';
  readonly reasons: readonly Reason[];
  readonly metrics: readonly MetricOutcome[];
}

/**
 * The judge: a pure function of the policy and of what was observed, so that a replay gives the same decision. "Now" is
 * the newest observation's time. A bad metric ends the watch at once; promotion comes at the end only, and only when
 * every metric had the data to be found good. Absence is never a pass.
 */
export function judge(policy: CanaryPolicy, watch: WatchSpan, observations: readonly Observation[]): JudgeDecision {
  const data = gatherData(policy, watch, observations);
  const metrics = policy.metrics.map((metric) => judgeMetric(metric, policy, data));
  const bad = metrics.filter((metric) => metric.verdict === 'bad');
  if (bad.length > 0) return { decision: 'rollback', reasons: bad.flatMap((metric) => metric.reasons), metrics };
  const now = observations.at(-1)?.fetchedAt ?? watch.startedAt;
  const open = [...missingData(policy, data, observations), ...metrics.flatMap(openReasons)];
  if (now < watch.endsAt) return { decision: 'continue', reasons: open.length > 0 ? open : [soFar(metrics)], metrics };
  if (open.length > 0) return { decision: 'inconclusive', reasons: open, metrics };
  return { decision: 'promote', reasons: metrics.flatMap((metric) => metric.reasons), metrics };
}

function judgeMetric(metric: MetricPolicy, policy: CanaryPolicy, data: WatchedData): MetricOutcome {
  switch (metric.kind) {
    case 'error-ratio':
      return judgeErrors(metric, policy, data);
    case 'gauge':
      return judgeGauge(metric, data);
    case 'volume': {
      const numbers = { canary: total(data.canaryRequests), baseline: total(data.baselineRequests) };
      return { metric: metric.name, verdict: 'good', reasons: [], ...numbers };
    }
  }
}

function openReasons(outcome: MetricOutcome): readonly Reason[] {
  return outcome.verdict === 'open' ? outcome.reasons : [];
}

function soFar(metrics: readonly MetricOutcome[]): Reason {
  return { code: 'good-so-far', text: `${metrics.map((metric) => metric.metric).join(', ')}: nothing bad so far` };
}

function gatherData(policy: CanaryPolicy, watch: WatchSpan, observations: readonly Observation[]): WatchedData {
  const series = foldObservations(observations);
  const canaryRequests = series('requests', 'canary', 'watch');
  const concurrent = series('requests', 'baseline', 'watch');
  // All-at-once, or the last step of a canary: the baseline has no traffic of its own, so its past stands in.
  const useHistory = total(concurrent) < policy.minimumRequests;
  const lengthSeconds = (Date.parse(watch.endsAt) - Date.parse(watch.startedAt)) / 1000;
  return {
    series,
    canaryRequests,
    baselineRequests: useHistory ? series('requests', 'baseline', 'history') : concurrent,
    baselinePhase: useHistory ? 'history' : 'watch',
    plannedLooks: Math.max(1, Math.ceil(lengthSeconds / policy.periodSeconds)),
    plannedPeriods: Math.max(1, Math.floor((lengthSeconds - policy.settleSeconds) / policy.periodSeconds)),
    periodSeconds: policy.periodSeconds,
    settledUntil: Date.parse(observations.at(-1)?.fetchedAt ?? watch.startedAt) - policy.settleSeconds * 1000,
  };
}

function total(series: Series): number {
  return series.reduce((sum, { value }) => sum + (value ?? 0), 0);
}
