import type { StoredWatch } from '../../canary/store.ts';
import type { Evaluation } from '../../deployments/evaluation.ts';
import type { DeploymentStory } from '../../deployments/story.ts';
import type { Reason } from '../../reason.ts';
import type { RecordedAction } from '../../recorded-actions.ts';
import type { Rollback } from '../../rollback/rollback.ts';

/** One line of the timeline: when, who, what. `key` tells it from all others, however often the story is read. */
export interface StoryLine {
  readonly key: string;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly who: string;
  readonly text: string;
  /** What stands behind it, a line each. */
  readonly details: readonly string[];
}

/** A deployment's story, as the gate tells it, in the order in which things happened. */
export function storyLines(story: DeploymentStory): readonly StoryLine[] {
  const lines = [
    ...story.evaluations.flatMap(evaluationLines),
    ...(story.watch === null ? [] : watchLines(story.watch)),
    ...story.rollbacks.flatMap(rollbackLines),
    ...story.actions.flatMap(actionLines),
  ];
  return lines.sort((a, b) => a.at.localeCompare(b.at));
}

function evaluationLines(evaluation: Evaluation): readonly StoryLine[] {
  const { id, lifecycleEvent, verdict, reasons, checks, startedAt, decidedAt } = evaluation;
  const text = `${lifecycleEvent}: asks the gate, which keeps it waiting`;
  const asked = { key: `${id} asked`, at: startedAt, who: 'hook', text, details: [] };
  if (verdict === 'pending' || decidedAt === null) {
    return checks.some((check) => check.verdict === 'pending') ? [asked] : []; // else nobody has looked yet
  }
  const unasked = reasons.every((reason) => reason.code === 'no-checks');
  const by = unasked ? 'nothing to check there' : checks.map((check) => `${check.name}: ${check.verdict}`).join(', ');
  const decided = {
    key: `${id} decided`,
    at: decidedAt,
    who: 'gate',
    text: `${lifecycleEvent}: ${verdict.toUpperCase()}${by === '' ? '' : ` (${by})`}`,
    details: unasked ? [] : reasons.flatMap(reasonDetails),
  };
  const waitedSeconds = (Date.parse(decidedAt) - Date.parse(startedAt)) / 1000;
  return waitedSeconds < 2 ? [decided] : [asked, decided];
}

function reasonDetails(reason: Reason): readonly string[] {
  const locks = Array.isArray(reason.locks) ? reason.locks.flatMap(lockText) : [];
  const taken = locks.length === 0 ? [] : [`takes ${locks.join(', ')}`];
  const safer = typeof reason.fix === 'string' ? ['safer:', ...reason.fix.trim().split('\n')] : [];
  return [reason.text, ...taken, ...safer];
}

function lockText(lock: unknown): readonly string[] {
  const { mode, relation } = (lock ?? {}) as { mode?: unknown; relation?: unknown }; // a reason's facts are open JSON
  return typeof mode === 'string' && typeof relation === 'string' ? [`${mode} on ${relation}`] : [];
}

function watchLines(watch: StoredWatch): readonly StoryLine[] {
  const begun = { key: `${watch.id} begun`, at: watch.startedAt, who: 'judge', text: 'the canary watch begins' };
  const looks = watch.looks.map(({ observation, decision }, index): StoryLine => {
    const { fetchedAt: at, weights } = observation;
    const share = weights === null ? '' : `, canary at ${weights.canary} % of the traffic`;
    const text = `look ${index + 1}${share}: ${told(watch, index)}`;
    const details = decision.decision === 'rollback' ? decision.reasons.flatMap(reasonDetails) : [];
    return { key: `${watch.id} look ${index}`, at, who: 'judge', text, details };
  });
  return [{ ...begun, details: [] }, ...looks, ...watchEnd(watch)];
}

function told(watch: StoredWatch, index: number): string {
  const look = watch.looks[index];
  if (look === undefined) return 'nothing';
  const numbers = newestErrorRatio(look.observation.points);
  return numbers === null
    ? `no requests to see yet: ${look.decision.decision}`
    : `${numbers}: ${look.decision.decision}`;
}

type Points = StoredWatch['looks'][number]['observation']['points'];

/** The canary's newest period that had requests. */
function newestErrorRatio(points: Points): string | null {
  const last = canaryPeriods(points).at(-1);
  if (last === undefined) return null;
  const share = `${((100 * last.errors) / last.requests).toFixed(1)} % of ${last.requests} payments failed`;
  return last.p95Seconds === null ? share : `${share}, p95 ${last.p95Seconds.toFixed(2)} s`;
}

export interface CanaryPeriod {
  readonly periodStart: string;
  readonly requests: number;
  readonly errors: number;
  readonly p95Seconds: number | null;
}

/** What the canary did, period by period, oldest first; periods without requests are left out. */
export function canaryPeriods(points: Points): readonly CanaryPeriod[] {
  const ofCanary = points.filter((point) => point.side === 'canary' && point.phase === 'watch');
  const value = (metric: string, periodStart: string) =>
    ofCanary.find((point) => point.metric === metric && point.periodStart === periodStart)?.value ?? null;
  return ofCanary
    .filter((point) => point.metric === 'requests' && (point.value ?? 0) > 0)
    .map(({ periodStart, value: requests }) => ({
      periodStart,
      requests: requests ?? 0,
      errors: value('errors', periodStart) ?? 0, // not published when there are none
      p95Seconds: value('latency-p95', periodStart),
    }))
    .sort((a, b) => a.periodStart.localeCompare(b.periodStart));
}

function watchEnd({ id, decision, decidedAt }: StoredWatch): readonly StoryLine[] {
  if (decision === null || decidedAt === null) return [];
  return [{ key: `${id} end`, at: decidedAt, who: 'judge', text: `the watch ends: ${decision}`, details: [] }];
}

function rollbackLines(rollback: Rollback): readonly StoryLine[] {
  const { id, status, reasons, plan, outcome, createdAt, endedAt } = rollback;
  const asked = reasons.map((reason, index) => ({
    key: `${id} reason ${index}`,
    at: reason.at,
    who: reason.source,
    text: `wants ${rollback.deploymentId} rolled back`,
    details: reason.source === 'canary' ? [] : [reason.text], // the judge has just said why
  }));
  const details = plan.steps.map((step) => step.text);
  const isPlanned = details.length > 0;
  const planned = isPlanned
    ? [{ key: `${id} planned`, at: createdAt, who: 'gate', text: `rollback ${id}`, details }]
    : [];
  if (endedAt === null) return [...asked, ...planned];
  const text = `rollback ${id}: ${status}`;
  const ended = { key: `${id} ended`, at: endedAt, who: 'gate', text, details: outcome.map((reason) => reason.text) };
  return [...asked, ...planned, ended];
}

/** That a verdict was reported is what everybody expects; anything else is told. */
function actionLines({ call, outcome, recordedAt, endedAt }: RecordedAction): readonly StoryLine[] {
  if (endedAt === null || outcome?.result === 'reported') return [];
  const ended = JSON.stringify(outcome?.result ?? outcome?.error ?? null);
  return [{ key: `${call} ${recordedAt}`, at: recordedAt, who: 'gate', text: `calls ${call}: ${ended}`, details: [] }];
}
