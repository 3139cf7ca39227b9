import type { Reason } from '../reason.ts';
import type { Comparison } from './comparison.ts';
import type { JudgeDecision, MetricOutcome } from './decision.ts';
import { passedLimits } from './judge-limits.ts';
import { metricStates } from './judge-metric-states.ts';
import { type Finding, watchStates } from './judge-states.ts';
import { judgeMannWhitney } from './mann-whitney/judge.ts';
import { type PeriodValues, periodValues, slicePeriods } from './period-values.ts';
import type { CanaryPolicy } from './policy.ts';
import type { DataState } from './states.ts';
import { judgeThresholds } from './thresholds/judge.ts';
import { thresholdMetrics } from './thresholds/settings.ts';
import type { WatchedData } from './watched-data.ts';

/** What a judge of another tool says at this look. */
interface Said {
  readonly decision: JudgeDecision['decision'];
  readonly reasons: readonly Reason[];
  /** By the metrics' names. */
  readonly verdicts: ReadonlyMap<string, MetricOutcome['verdict']>;
  /** The metrics that it judges by. */
  readonly judged: readonly string[];
  /** States of the data that do not concern it. */
  readonly unconcerned: readonly DataState[];
}

/**
 * Judges a watch by a policy of another tool: `mann-whitney` or `thresholds`. Around it everything is as with our own
 * judge: absolute limits and states of the data that the policy has fail end the watch, and no state that holds a
 * promotion up is overruled by a score or a threshold.
 * @returns null where the policy has our own judge
 */
export function judgeImported(
  policy: CanaryPolicy,
  comparison: Comparison,
  data: WatchedData,
  isOver: boolean,
): JudgeDecision | null {
  const said = ask(
    policy,
    comparison.metrics.map((one) => afterWarmup(policy, periodValues(one))),
    isOver,
  );
  if (said === null) return null;
  const states = [...watchStates(policy, data), ...metricStates(policy, data, [])].filter(
    ({ state, metric }) => !said.unconcerned.includes(state) && (metric === null || said.judged.includes(metric)),
  );
  const failing = states.filter((one) => policy.onState[one.state] === 'fail' && (one.certain || isOver));
  const bad = [...passedLimits(policy, data), ...reasonsOf(failing)];
  const open = reasonsOf(states.filter(({ state }) => policy.onState[state] !== 'ignore'));
  const metrics = policy.metrics.map(({ name }) => outcomeOf(name, said, comparison, bad));
  if (bad.length > 0 || said.decision === 'rollback') {
    const own = said.decision === 'rollback' ? said.reasons : [];
    return { decision: 'rollback', reasons: [...own, ...bad], metrics };
  }
  if (said.decision === 'promote' && open.length > 0) {
    return { decision: 'inconclusive', reasons: [...open, ...said.reasons], metrics };
  }
  const reasons = said.decision === 'promote' ? said.reasons : [...said.reasons, ...open];
  return { decision: said.decision, reasons, metrics };
}

/** Other tools know no warm-up: periods do not count where the policy says so itself. */
function afterWarmup({ warmup }: CanaryPolicy, values: PeriodValues): PeriodValues {
  return slicePeriods(values, warmup ?? 0, values.canary.length);
}

function ask(policy: CanaryPolicy, values: readonly PeriodValues[], isOver: boolean): Said | null {
  if (policy.judge === 'mann-whitney' && policy.mannWhitney !== undefined) {
    const { decision, reasons, metrics } = judgeMannWhitney(policy.mannWhitney, values, isOver);
    const verdicts = metrics.map(({ metric, classification, outcome }) => {
      const compared = outcome === 'compared' || outcome === 'same-values';
      return [metric.metric, compared ? (classification === 'Pass' ? 'good' : 'bad') : 'open'] as const;
    });
    const judged = policy.mannWhitney.metrics.map(({ metric }) => metric);
    return { decision, reasons, verdicts: new Map(verdicts), judged, unconcerned: [] };
  }
  if (policy.judge === 'thresholds' && policy.thresholds !== undefined) {
    const { decision, reasons, metrics } = judgeThresholds(policy.thresholds, values, isOver);
    const verdicts = new Map<string, MetricOutcome['verdict']>();
    for (const { metric, state } of metrics) {
      if (verdicts.get(metric) !== 'bad') verdicts.set(metric, state);
    }
    const judged = thresholdMetrics(policy.thresholds);
    // limits are held against the canary alone: a baseline that is away or ill is none of theirs
    return { decision, reasons, verdicts, judged, unconcerned: ['baseline-missing', 'baseline-ill'] };
  }
  return null;
}

function reasonsOf(findings: readonly Finding[]): readonly Reason[] {
  return findings.map(({ reason }) => reason);
}

function outcomeOf(name: string, said: Said, { metrics }: Comparison, bad: readonly Reason[]): MetricOutcome {
  const series = metrics.find((one) => one.name === name);
  const values = series === undefined ? null : periodValues(series);
  const newest = (side: 'canary' | 'baseline') => values?.[side].findLast((value) => value !== null) ?? null;
  const limits = bad.filter(({ metric }) => metric === name);
  const reasons = [...said.reasons.filter(({ metric }) => metric === name), ...limits];
  const verdict =
    limits.length > 0 ? 'bad' : (said.verdicts.get(name) ?? (said.judged.includes(name) ? 'open' : 'good'));
  return { metric: name, verdict, reasons, canary: newest('canary'), baseline: newest('baseline'), evidence: null };
}
