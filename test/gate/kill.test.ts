import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '../support/databases.ts';
import { listMetrics, metricData, trafficScripts } from '../support/ecs-scripts.ts';
import { eventually, type GateProcess, spawnGate, untilOpen } from '../support/process.ts';
import { seeded } from '../support/random.ts';
import { AwsError, type Script, type ScriptedAws, silence, startScriptedAws } from '../support/scripted-aws.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
    canary: { period: 1s, settle: 0s, duration: 20s, history: 0, metrics: [error-ratio] }
    checks: { BeforeAllowTraffic: [], AfterAllowTraffic: [canary] }
`;

type Info = Record<string, unknown>;

/** AWS stays up while the gate dies. It counts what would have been done twice. */
interface World {
  readonly aws: ScriptedAws;
  /** Verdicts that CodeDeploy took, by execution; a second one for the same execution is refused, as CodeDeploy does. */
  readonly verdicts: Map<string, string>;
  /** Deployments that were created to bring a revision back. */
  readonly created: string[];
  /** Calls in whose midst the gate is killed: AWS has done it, and the gate never hears of it. */
  readonly deadly: Set<string>;
  gate: GateProcess | undefined;
}

async function startWorld(): Promise<World> {
  const verdicts = new Map<string, string>();
  const created: string[] = [];
  const status = new Map([
    ['d-GOOD', 'Succeeded'],
    ['d-RUNNING', 'InProgress'],
    ['d-ENDED', 'Succeeded'],
  ]);
  const descriptions = new Map<string, unknown>();
  const info = (id: string) => ({
    deploymentId: id,
    applicationName: 'payments',
    deploymentGroupName: 'production',
    status: status.get(id),
    creator: id === 'd-RB' ? 'codeDeployRollback' : 'user',
    description: descriptions.get(id),
    computePlatform: 'ECS',
    createTime: 1_795_000_000 + [...status.keys()].indexOf(id),
    revision: { revisionType: 'S3', s3Location: { bucket: 'b', key: id } },
    rollbackInfo: status.get(id) === 'Stopped' ? { rollbackDeploymentId: 'd-RB' } : {},
  });
  const scripts: Record<string, Script> = {
    GetDeployment: ({ deploymentId }) => ({ deploymentInfo: info(String(deploymentId)) }),
    ListDeployments: () => ({ deployments: [...status.keys()].filter((id) => id !== 'd-RUNNING') }),
    BatchGetDeployments: ({ deploymentIds }) => ({ deploymentsInfo: (deploymentIds as string[]).map(info) }),
    ...trafficScripts({ blue: 90, green: 10 }),
    ListMetrics: listMetrics('blue', 'green'),
    GetMetricData: failingCanary,
    PutLifecycleEventHookExecutionStatus: ({ lifecycleEventHookExecutionId, status: verdict }) => {
      const execution = String(lifecycleEventHookExecutionId);
      if (verdicts.has(execution)) throw new AwsError('LifecycleEventAlreadyCompletedException');
      verdicts.set(execution, String(verdict));
      return {};
    },
    StopDeployment: ({ deploymentId }) => {
      if (status.get(String(deploymentId)) !== 'InProgress') throw new AwsError('DeploymentAlreadyCompletedException');
      status.set(String(deploymentId), 'Stopped');
      status.set('d-RB', 'Succeeded');
      return { status: 'Succeeded' };
    },
    CreateDeployment: ({ description }: Info) => {
      const id = `d-AGAIN-${created.length}`;
      created.push(id);
      status.set(id, 'Succeeded');
      descriptions.set(id, description);
      return { deploymentId: id };
    },
  };
  const aws = await startScriptedAws({});
  const deadly = new Set(['PutLifecycleEventHookExecutionStatus', 'StopDeployment', 'CreateDeployment']);
  const world: World = { aws, verdicts, created, deadly, gate: undefined };
  for (const [operation, script] of Object.entries(scripts)) {
    aws.scripts[operation] = (input) => {
      const output = script(input);
      if (!deadly.delete(operation)) return output;
      void world.gate?.kill('SIGKILL');
      return silence;
    };
  }
  return world;
}

/** From the start, 45 of the canary's 100 requests fail. */
const failingCanary = metricData((metric, canary) => {
  const [requests, errors] = canary ? [100, 45] : [900, 4];
  return metric === 'RequestCount' ? requests : errors;
});

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-kill-'));
  await writeFile(join(directory, 'safety-gate.yml'), config);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function send(gate: GateProcess, path: string, body: object, headers: Record<string, string> = {}) {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return fetch(`${gate.url}${path}`, init).catch(() => undefined); // the gate may just be dead
}

/** A caller as hooks and operators are: it repeats a request until it gets an answer. */
async function knock(gate: GateProcess): Promise<boolean> {
  const hooks = ['BeforeInstall', 'BeforeAllowTraffic', 'AfterAllowTraffic'].map((LifecycleEvent) => ({
    DeploymentId: 'd-RUNNING',
    LifecycleEventHookExecutionId: `execution of ${LifecycleEvent}`,
    LifecycleEvent,
  }));
  const answers = await Promise.all([
    ...hooks.map((hook) => send(gate, '/v1/hooks/codedeploy', hook)),
    send(gate, '/rollback', { deploymentId: 'd-ENDED', reason: 'by hand' }, { 'Idempotency-Key': 'one' }),
  ]);
  return answers.every((answer) => answer?.ok);
}

async function killAgainAndAgain(env: Readonly<Record<string, string>>, seed: number): Promise<World> {
  const world = await startWorld();
  const random = seeded(seed);
  const settings = { SAFETY_GATE_CONFIG: join(directory, 'safety-gate.yml'), AWS_ENDPOINT_URL: world.aws.url, ...env };
  // First at some moment or other, then in the midst of each call that changes something.
  for (let life = 0; life < 2 || world.deadly.size > 0; life += 1) {
    if (life > 8) throw new Error(`never called: ${[...world.deadly].join(', ')}`);
    const gate = await spawnGate(settings);
    world.gate = gate;
    await untilOpen(gate);
    const before = world.aws.calls.length;
    const enough = life < 2 ? random() * 12 : 1000;
    await knock(gate);
    const busy = async () => world.aws.calls.length > before + enough || gate.child.signalCode !== null || undefined;
    await eventually(busy, 12, 'work').catch(() => undefined); // it may have had nothing more to do
    await gate.kill('SIGKILL');
  }
  const gate = await spawnGate(settings);
  await untilOpen(gate);
  await eventually(async () => (await knock(gate)) || undefined, 10, 'all requests are answered');
  await eventually(async () => (await isOver(gate)) || undefined, 60, 'everything has come to its end');
  expect(await gate.kill('SIGTERM')).toBe(0);
  await world.aws.close();
  return world;
}

interface Story {
  readonly rollbacks: readonly { readonly endedAt: string | null }[];
  readonly evaluations: readonly { readonly reportedAt: string | null }[];
}

async function isOver(gate: GateProcess): Promise<boolean> {
  const stories = await Promise.all(
    ['d-RUNNING', 'd-ENDED'].map(
      async (id) => (await fetch(`${gate.url}/v1/deployments/${id}`)).json() as Promise<Story>,
    ),
  );
  const rollbacks = stories.flatMap((story) => story.rollbacks);
  const reported = stories.flatMap((story) => story.evaluations).every((evaluation) => evaluation.reportedAt !== null);
  return rollbacks.length >= 2 && rollbacks.every((rollback) => rollback.endedAt !== null) && reported;
}

function expectOnce(world: World): void {
  expect([...world.verdicts].sort()).toEqual([
    ['execution of AfterAllowTraffic', 'Failed'],
    ['execution of BeforeAllowTraffic', 'Succeeded'],
    ['execution of BeforeInstall', 'Succeeded'],
  ]);
  expect(world.created).toEqual(['d-AGAIN-0']);
}

describe('kill -9 again and again, at any moment, loses nothing and does nothing twice', () => {
  test('on the embedded store', async () => {
    expectOnce(await killAgainAndAgain({ SAFETY_GATE_DATA: join(directory, 'data') }, 7));
  }, 150_000);

  test('on PostgreSQL', async () => {
    const database = await createTestDatabase();
    if (database === undefined) return; // a developer's machine without a server; CI has one
    try {
      expectOnce(await killAgainAndAgain({ DATABASE_URL: database.url }, 8));
    } finally {
      await database.drop();
    }
  }, 150_000);
});
