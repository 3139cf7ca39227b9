import { setTimeout as pause } from 'node:timers/promises';
import type { DeploymentStory } from '../../deployments/story.ts';
import { type CodeDeploy, hasEnded } from './codedeploy.ts';
import type { ActRecord, Expectation } from './expectations.ts';
import type { GateClient } from './gate-client.ts';
import type { Release } from './releases.ts';
import { storyLines } from './story-lines.ts';
import type { Timeline } from './timeline.ts';

/** What the acts are played on. */
export interface Stage {
  readonly gate: GateClient;
  readonly codedeploy: CodeDeploy;
  readonly timeline: Timeline;
  /** The CI job: sends the migrations, then deploys. @returns the deployment's id */
  readonly release: (release: Release) => Promise<string>;
}

/** One release from its deployment to its end, and how it should go. */
export interface Act {
  readonly heading: string;
  readonly release: Release;
  readonly expect: Expectation;
  /** What is worth saying of the end, in a sentence. */
  readonly remark?: (record: ActRecord) => string;
  /** What people do meanwhile; called at each look until it answers true. */
  readonly meanwhile?: (stage: Stage, story: DeploymentStory) => Promise<boolean>;
}

const lookEverySeconds = 0.25;
/** More than any act takes; one that hangs must not hang the demo. */
const longestSeconds = 30;

/** @returns what did not go as it should; empty when all did */
export async function playAct(stage: Stage, act: Act): Promise<readonly string[]> {
  stage.timeline.heading(act.heading);
  const id = await stage.release(act.release);
  let done = act.meanwhile === undefined;
  for (let waited = 0; waited < longestSeconds; waited += lookEverySeconds) {
    const record = await look(stage, id);
    if (record !== null) {
      stage.timeline.show(storyLines(record.story));
      if (act.meanwhile !== undefined && !done) done = await act.meanwhile(stage, record.story);
      if (done && isOver(record)) return conclude(stage, act, id);
    }
    await pause(lookEverySeconds * 1000);
  }
  return [`${id} was not over after ${longestSeconds} minutes`, ...(await conclude(stage, act, id))];
}

async function conclude(stage: Stage, act: Act, id: string): Promise<readonly string[]> {
  const record = await look(stage, id);
  if (record === null) return [`the gate has not heard of ${id}`];
  stage.timeline.show(storyLines(record.story));
  const back =
    record.rollbackStatus === null ? '' : `; the one that brings the previous version back: ${record.rollbackStatus}`;
  if (record.rollbackHooks.length > 0) {
    const passed = record.rollbackHooks.filter(({ verdict }) => verdict === 'pass').length;
    stage.timeline.say(
      'gate',
      `${passed} of ${record.rollbackHooks.length} hooks of the rollback passed: it is never held`,
    );
  }
  stage.timeline.say('aws', `${id} is ${record.status}${back}`);
  if (act.remark !== undefined) stage.timeline.say('demo', act.remark(record));
  return act.expect({ ...record, story: await readParts(stage.gate, record.story) });
}

/** The act so far; null while the gate has not heard of the deployment. */
async function look({ gate, codedeploy }: Stage, id: string): Promise<ActRecord | null> {
  const info = await codedeploy.read(id);
  const story = await gate.readStory(id);
  if (story === null) return null;
  const rollbackId = info.rollbackInfo?.rollbackDeploymentId;
  const back = rollbackId === undefined ? null : await codedeploy.read(rollbackId);
  const backStory = rollbackId === undefined ? null : await gate.readStory(rollbackId);
  return {
    story,
    status: hasEnded(info) ? (info.status ?? 'unknown') : 'InProgress',
    rollbackStatus: back === null ? null : (back.status ?? 'unknown'),
    rollbackHooks: backStory?.evaluations ?? [],
  };
}

/** The same story, with each evaluation and rollback as its own route tells it. */
async function readParts(gate: GateClient, story: DeploymentStory): Promise<DeploymentStory> {
  const evaluations = await Promise.all(story.evaluations.map(({ id }) => gate.readEvaluation(id)));
  const rollbacks = await Promise.all(story.rollbacks.map(({ id }) => gate.readRollback(id)));
  return { ...story, evaluations, rollbacks };
}

/** The deployment has ended, and so has all that the gate does about it. */
function isOver({ story, status, rollbackStatus }: ActRecord): boolean {
  const gateIsDone =
    story.evaluations.every(({ verdict }) => verdict !== 'pending') &&
    story.rollbacks.every(({ endedAt }) => endedAt !== null) &&
    story.watch?.status !== 'running';
  return status !== 'InProgress' && gateIsDone && (rollbackStatus === null || rollbackStatus === 'Succeeded');
}
