import type { Reason } from '../reason.ts';
import type { Comparison } from './comparison.ts';
import type { JudgeDecision, MetricOutcome } from './decision.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { type EvidenceVerdict, judgeEvidence } from './judge-evidence.ts';
import { judgeImported } from './judge-imported.ts';
import { nearlyFull, passedLimits, sum } from './judge-limits.ts';
import { metricStates, sharedUnusual } from './judge-metric-states.ts';
import { type Finding, watchStates } from './judge-states.ts';
import type { MetricPolicy } from './metric-policy.ts';
import type { Observation } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';
import { underpowered } from './power/underpowered.ts';
import { counted, effectText } from './seen.ts';
import type { DataState } from './states.ts';
import type { WatchSpan } from './timetable.ts';
import { toComparison } from './to-comparison.ts';
import { type WatchedData, watchedData } from './watched-data.ts';

export type { JudgeDecision, MetricOutcome } from './decision.ts';

/**
 * The judge: a pure function of the policy and of what was observed, so that a replay gives the same decision. "Now" is
 * the newest observation's time. Harm ends the watch at once; promotion comes at the end only, and only when the
 * comparison excludes what the policy wants to be safe from and no state of the data stands against it. Absence is
 * never a pass.
 */
export function judge(policy: CanaryPolicy, span: WatchSpan, observations: readonly Observation[]): JudgeDecision {
  const data = watchedData(policy, span, observations);
  const comparison = withData(policy, toComparison(policy, data, span.startedAt));
  const isOver = (observations.at(-1)?.fetchedAt ?? span.startedAt) >= span.endsAt;
  const imported = judgeImported(policy, comparison, data, isOver);
  if (imported !== null) return imported;
  const compared = judgeEvidence(policy, comparison);
  const states = statesOf(policy, data, compared);
  const failing = states.filter((one) => policy.onState[one.state] === 'fail' && (one.certain || isOver));
  const bad = [...passedLimits(policy, data), ...compared.harm, ...failing.map(({ reason }) => reason)];
  const holding = states.filter(({ state }) => policy.onState[state] !== 'ignore');
  const unexcluded = isOver && compared.verdict.verdict === 'inconclusive' ? compared.verdict.reasons : [];
  const open = [...holding.map(({ reason }) => reason), ...notExcluded(policy, unexcluded, holding)];
  const said = [
    ...compared.tooSmall,
    ...nearlyFull(policy, data),
    ...states.filter(({ state }) => policy.onState[state] === 'ignore').map(({ reason }) => reason),
    ...standIn(data),
  ];
  const metrics = policy.metrics.map((metric) => outcomeOf(metric, comparison, data, { bad, open, ...compared }));
  if (bad.length > 0) return { decision: 'rollback', reasons: [...bad, ...standIn(data)], metrics };
  if (!isOver) {
    const reasons = [...soFar([...open, ...said], metrics), ...underpowered(onlySided(comparison))];
    return { decision: 'continue', reasons, metrics };
  }
  if (open.length > 0) return { decision: 'inconclusive', reasons: [...open, ...said], metrics };
  return { decision: 'promote', reasons: [...good(metrics), ...said], metrics };
}

/** All states of the data; where nothing at all was told, no metric need be named for it. */
function statesOf(policy: CanaryPolicy, data: WatchedData, compared: EvidenceVerdict): readonly Finding[] {
  const ofWatch = watchStates(policy, data);
  const blind = ofWatch.some(
    ({ state }) => ['no-observation', 'metrics-unavailable'].includes(state) && policy.onState[state] !== 'ignore',
  );
  if (blind) return ofWatch;
  return [...ofWatch, ...metricStates(policy, data, compared.evidence), ...compared.unusual.map(sharedUnusual)];
}

/** Metrics that are not required and have no data are not compared: they hold nobody up. */
function withData(policy: CanaryPolicy, comparison: Comparison): Comparison {
  const optional = new Set(policy.metrics.flatMap((one) => (one.kind === 'volume' || one.required ? [] : [one.name])));
  const metrics = comparison.metrics.filter(
    ({ name, canary }) => !optional.has(name) || canary.some((value) => value !== null),
  );
  return { ...comparison, metrics };
}

/**
 * Why the comparison does not promote, where no state of the data says so already. A metric that is not required cannot
 * hold the promotion up.
 */
function notExcluded(policy: CanaryPolicy, reasons: readonly Reason[], holding: readonly Finding[]): readonly Reason[] {
  if (holding.some(({ metric, state }) => metric === null && explainsAll.includes(state))) return [];
  const told = holding.flatMap(({ metric }) => metric ?? []);
  const optional = policy.metrics.flatMap((one) => (one.kind !== 'volume' && !one.required ? [one.name] : []));
  return reasons.filter(({ metric }) => ![...told, ...optional].includes(String(metric)));
}

/** Without data no metric can exclude anything: one reason is enough. */
const explainsAll: readonly DataState[] = [
  'no-observation',
  'metrics-unavailable',
  'no-canary-traffic',
  'too-few-requests',
  'traffic-stopped',
  'baseline-missing',
  'traffic-stopped',
];

/** Without what both versions share: it takes nothing of the budget. */
function onlySided(comparison: Comparison): Comparison {
  return { ...comparison, metrics: comparison.metrics.filter(({ shared }) => !shared) };
}

function standIn({ standIns }: WatchedData): readonly Reason[] {
  if (standIns === 0) return [];
  const text = `the baseline has no traffic of its own in ${standIns} periods; its periods before the canary stand in for them`;
  return [{ code: 'baseline-stand-in', text, periods: standIns }];
}

function soFar(reasons: readonly Reason[], metrics: readonly MetricOutcome[]): readonly Reason[] {
  if (reasons.length > 0) return reasons;
  return [{ code: 'good-so-far', text: `${metrics.map(({ metric }) => metric).join(', ')}: nothing bad so far` }];
}

function good(metrics: readonly MetricOutcome[]): readonly Reason[] {
  return metrics.flatMap(({ reasons }) => reasons);
}

interface Found {
  readonly bad: readonly Reason[];
  readonly open: readonly Reason[];
  readonly evidence: readonly MetricEvidence[];
}

function outcomeOf(
  { name, kind }: MetricPolicy,
  comparison: Comparison,
  data: WatchedData,
  { bad, open, evidence }: Found,
): MetricOutcome {
  const metric = name;
  if (kind === 'volume') {
    const total = (side: 'canary' | 'baseline', starts: readonly number[]) => {
      const read = data.numbers('requests', side);
      return starts.reduce((all, start) => all + (read(start) ?? 0), 0);
    };
    const numbers = {
      canary: total('canary', data.timetable.canary),
      baseline: total('baseline', data.baselineBeside),
    };
    return { metric, verdict: 'good', reasons: [], ...numbers, evidence: null };
  }
  const own = evidence.find((one) => one.metric === name) ?? null;
  const numbers = { ...numbersOf(name, comparison), evidence: own };
  const reasonsOf = (list: readonly Reason[]) => list.filter((reason) => reason.metric === name);
  if (reasonsOf(bad).length > 0) return { metric, verdict: 'bad', reasons: reasonsOf(bad), ...numbers };
  if (reasonsOf(open).length > 0) return { metric, verdict: 'open', reasons: reasonsOf(open), ...numbers };
  return { metric, verdict: 'good', reasons: [goodReason(name, comparison, own)], ...numbers };
}

function numbersOf(name: string, { metrics }: Comparison): Pick<MetricOutcome, 'canary' | 'baseline'> {
  const series = metrics.find((one) => one.name === name);
  if (series === undefined) return { canary: null, baseline: null };
  if (series.kind !== 'ratio') {
    return { canary: series.canary.findLast(isNumber) ?? null, baseline: series.baseline.findLast(isNumber) ?? null };
  }
  const ratio = (counts: { events: number; total: number }) =>
    counts.total === 0 ? null : counts.events / counts.total;
  return { canary: ratio(sum(series.canary)), baseline: ratio(sum(series.baseline)) };
}

function isNumber(value: number | null): boolean {
  return value !== null;
}

function goodReason(name: string, { metrics }: Comparison, evidence: MetricEvidence | null): Reason {
  const series = metrics.find((one) => one.name === name);
  const effect = evidence?.effect ?? null;
  const range =
    effect === null || series === undefined
      ? 'no sign of harm'
      : `no sign of harm; the canary is at ${effectText(effect, series)}`;
  const code = series?.kind === 'ratio' ? (name === 'error-ratio' ? 'errors-good' : 'slow-good') : 'gauge-good';
  if (series?.kind !== 'ratio') return { code, text: `${name}: ${range}`, metric: name };
  const text = `${name}: canary ${counted(sum(series.canary))}, baseline ${counted(sum(series.baseline))}: ${range}`;
  return { code, text, metric: name };
}
