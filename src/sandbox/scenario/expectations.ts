import type { Evaluation } from '../../deployments/evaluation.ts';
import type { DeploymentStory } from '../../deployments/story.ts';
import type { Rollback } from '../../rollback/rollback.ts';
import { canaryPeriods } from './story-lines.ts';

/** How an act ended: what the gate tells of it, and what CodeDeploy says itself. */
export interface ActRecord {
  readonly story: DeploymentStory;
  /** CodeDeploy's word for the deployment: `Succeeded`, `Failed`, `Stopped`, … */
  readonly status: string;
  /** CodeDeploy's word for the deployment that brought the previous version back; null when there is none. */
  readonly rollbackStatus: string | null;
  /** What the gate said at the hooks of that deployment. */
  readonly rollbackHooks: readonly Evaluation[];
}

/** What is not as the act should end; empty when all is. */
export type Expectation = (record: ActRecord) => readonly string[];

export const isPromoted: Expectation = ({ story, status }) => [
  ...unless(status === 'Succeeded', `CodeDeploy has it as ${status}, not as Succeeded`),
  ...story.evaluations.flatMap(({ lifecycleEvent, verdict }) =>
    unless(verdict === 'pass', `${lifecycleEvent} ended as ${verdict}, not as pass`),
  ),
  ...['BeforeInstall', 'BeforeAllowTraffic', 'AfterAllowTraffic'].flatMap((event) =>
    unless(
      story.evaluations.some((one) => one.lifecycleEvent === event),
      `${event} never asked the gate`,
    ),
  ),
  ...unless(story.watch?.decision === 'promote', `the watch ended as ${story.watch?.decision}, not as promote`),
  ...unless(story.rollbacks.length === 0, `it has ${story.rollbacks.length} rollbacks`),
];

export const isStoppedByItsMigration: Expectation = ({ story, status }) => {
  const [first, ...others] = story.evaluations;
  const hazards = (first?.reasons ?? []).filter((reason) => reason.code === 'migration-hazard');
  const takesLock = hazards.some((hazard) => JSON.stringify(hazard.locks ?? []).includes('AccessExclusiveLock'));
  return [
    ...unless(status === 'Failed', `CodeDeploy has it as ${status}, not as Failed`),
    ...unless(
      first?.lifecycleEvent === 'BeforeInstall' && first.verdict === 'fail',
      `its first hook was ${first?.lifecycleEvent}: ${first?.verdict}, not BeforeInstall: fail`,
    ),
    ...unless(takesLock, 'the reasons name no AccessExclusiveLock'),
    ...unless(others.length === 0, `${others.length} more hooks ran after it`),
    ...unless(story.watch === null, 'a canary watch was begun'),
  ];
};

export const isRolledBackByTheJudge: Expectation = (record) => {
  const { story } = record;
  const bad = badPeriodsAtDecision(story);
  return [
    ...unless(story.watch?.decision === 'rollback', `the watch ended as ${story.watch?.decision}, not as rollback`),
    ...unless(bad >= 1 && bad <= 2, `the judge needed ${bad} data points of the leak, not one or two`),
    ...isRolledBackOnce(record, 'canary'),
  ];
};

export const isRolledBackByTheOperator: Expectation = (record) => isRolledBackOnce(record, 'operator');

/** Data points of the leak (more than a fifth of the payments failed) that the judge had when it decided. */
export function badPeriodsAtDecision({ watch }: DeploymentStory): number {
  const decided = watch?.looks.find((look) => look.decision.decision === 'rollback');
  if (decided === undefined) return 0;
  return canaryPeriods(decided.observation.points).filter(({ errors, requests }) => errors > requests / 5).length;
}

function isRolledBackOnce(
  { story, status, rollbackStatus, rollbackHooks }: ActRecord,
  source: string,
): readonly string[] {
  const rollback: Rollback | undefined = story.rollbacks[0];
  const stops = rollback?.actions.filter((action) => action.outcome?.result === 'stopped') ?? [];
  return [
    ...unless(story.rollbacks.length === 1, `it has ${story.rollbacks.length} rollbacks, not one`),
    ...unless(rollback?.status === 'done', `the rollback ended as ${rollback?.status}, not as done`),
    ...unless(
      rollback?.reasons[0]?.source === source,
      `the rollback came from ${rollback?.reasons[0]?.source}, not from ${source}`,
    ),
    ...unless(stops.length <= 1, `the deployment was stopped ${stops.length} times`),
    // Failed where the verdict reached CodeDeploy by a hook that was waiting, a moment before the stop.
    ...unless(status === 'Stopped' || status === 'Failed', `CodeDeploy has it as ${status}, not as Stopped`),
    ...rollbackHooks.flatMap(({ lifecycleEvent, verdict }) =>
      unless(verdict === 'pass', `${lifecycleEvent} of the rollback ended as ${verdict}: no gate may hold a rollback`),
    ),
    ...unless(rollbackStatus === 'Succeeded', `CodeDeploy's rollback is ${rollbackStatus}, not Succeeded`),
  ];
}

function unless(holds: boolean, otherwise: string): readonly string[] {
  return holds ? [] : [otherwise];
}
