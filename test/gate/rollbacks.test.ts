import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { trafficScripts } from '../support/ecs-scripts.ts';
import { startTestGate, type TestGate } from '../support/gate.ts';
import { eventually } from '../support/process.ts';
import { AwsError, type ScriptedAws, silence, startScriptedAws } from '../support/scripted-aws.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
  - name: refunds
    codedeploy: { application: refunds, deploymentGroup: production }
`;

type Info = Record<string, unknown>;

/** CodeDeploy as far as rollbacks go: deployments by id, newest last. */
let deployments: Map<string, Info>;
let aws: ScriptedAws;
let gate: TestGate;

function add(deploymentId: string, over: Info = {}): void {
  deployments.set(deploymentId, {
    deploymentId,
    applicationName: 'payments',
    deploymentGroupName: 'production',
    status: 'Succeeded',
    creator: 'user',
    computePlatform: 'ECS',
    createTime: 1_795_000_000 + deployments.size,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: `sha-${deploymentId}`, content: 'x' } },
    ...over,
  });
}

function change(id: unknown, over: Info): void {
  deployments.set(String(id), { ...deployments.get(String(id)), ...over });
}

const scripts = {
  GetDeployment: ({ deploymentId }: Info) => {
    const info = deployments.get(String(deploymentId));
    if (info === undefined) throw new AwsError('DeploymentDoesNotExistException');
    return { deploymentInfo: info };
  },
  ListDeployments: () => ({ deployments: [...deployments.keys()] }),
  BatchGetDeployments: ({ deploymentIds }: Info) => ({
    deploymentsInfo: (deploymentIds as string[]).map((id) => deployments.get(id)),
  }),
  ...trafficScripts({ blue: 0, green: 100 }),
  StopDeployment: ({ deploymentId }: Info) => {
    if (deployments.get(String(deploymentId))?.status !== 'InProgress')
      throw new AwsError('DeploymentAlreadyCompletedException');
    add('d-RB', { creator: 'codeDeployRollback', status: 'Succeeded' });
    change(deploymentId, { status: 'Stopped', rollbackInfo: { rollbackDeploymentId: 'd-RB' } });
    return { status: 'Succeeded' };
  },
  CreateDeployment: (input: Info) => {
    add('d-AGAIN', { description: input.description, revision: input.revision });
    return { deploymentId: 'd-AGAIN' };
  },
};

beforeAll(async () => {
  aws = await startScriptedAws({});
  gate = await startTestGate(config, { awsUrl: aws.url });
});
afterAll(async () => {
  await gate.close();
  await aws.close();
});
beforeEach(async () => {
  deployments = new Map();
  add('d-GOOD');
  add('d-NEW', { status: 'InProgress' });
  Object.assign(aws.scripts, scripts);
  aws.calls.length = 0;
  for (const table of ['idempotency_keys', 'rollback_reasons', 'rollbacks', 'actions'] as const) {
    await gate.store.db.deleteFrom(table).execute();
  }
});

function rollBack(body: object, key?: string) {
  const call = request(gate.gate.app).post('/rollback');
  return (key === undefined ? call : call.set('Idempotency-Key', key)).send(body);
}

async function ended(id: string) {
  return eventually(
    async () => {
      const { body } = await request(gate.gate.app).get(`/v1/rollbacks/${id}`);
      return body.endedAt === null ? undefined : body;
    },
    50,
    `rollback ${id} ends`,
  );
}

const calls = (operation: string) => aws.calls.filter((call) => call.operation === operation);
const byId = { deploymentId: 'd-NEW', reason: 'customers cannot pay' };

describe('POST /rollback', () => {
  test('stops a running deployment with automatic rollback, and follows it to its end', async () => {
    const answer = await rollBack(byId);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      status: 'running',
      service: 'payments',
      deploymentId: 'd-NEW',
      reasons: [{ source: 'operator', text: 'customers cannot pay', actor: 'anonymous' }],
      plan: { steps: [{ step: 'stop', deploymentId: 'd-NEW' }, { step: 'follow' }] },
    });
    const rollback = await ended(answer.body.id);
    expect(rollback).toMatchObject({
      status: 'done',
      rollbackDeploymentId: 'd-RB',
      outcome: [{ code: 'rolled-back' }],
    });
    expect(calls('StopDeployment').map((call) => call.input)).toEqual([
      { deploymentId: 'd-NEW', autoRollbackEnabled: true },
    ]);
    expect(rollback.actions).toMatchObject([{ call: 'StopDeployment', outcome: { result: 'stopped' } }]);
  });

  test('carries what the version that comes back will find in the database', async () => {
    const { body: blind } = await rollBack({ ...byId, dryRun: true });
    expect(blind.plan.schema).toMatchObject({
      previousVersion: 'unknown',
      releases: [{ deploymentId: 'd-NEW', reportId: null }],
    });

    const files = [{ path: '7.sql', sql: 'ALTER TABLE payments DROP COLUMN fee;' }];
    const report = { service: 'payments', revision: 'sha-d-NEW', files };
    const { body: stored } = await request(gate.gate.app).post('/v1/migrations/reports').send(report);
    const { body: planned } = await rollBack({ ...byId, dryRun: true });
    expect(planned.plan.schema).toMatchObject({
      previousVersion: 'breaks',
      down: 'absent',
      reasons: [{ path: '7.sql', line: 1, what: 'column-gone', object: 'public.payments.fee' }],
      releases: [{ deploymentId: 'd-NEW', reportId: stored.id, previousVersion: 'breaks' }],
    });

    const rollback = await ended((await rollBack(byId)).body.id);
    expect([rollback.status, rollback.plan.schema.previousVersion]).toEqual(['done', 'breaks']);
    const { body: story } = await request(gate.gate.app).get('/v1/deployments/d-NEW');
    expect(story.rollbacks[0].plan.schema.previousVersion).toBe('breaks');
    await gate.store.db.deleteFrom('migration_reports').execute();
  });

  test('repeats the stop until CodeDeploy says Succeeded', async () => {
    let asked = 0;
    aws.scripts.StopDeployment = (input) => {
      asked += 1;
      return asked < 3 ? { status: 'Pending' } : scripts.StopDeployment(input);
    };
    expect((await ended((await rollBack(byId)).body.id)).status).toBe('done');
    expect(asked).toBe(3);
  });

  test('of a deployment that has ended deploys the last good revision again, its alarms off', async () => {
    change('d-NEW', { status: 'Succeeded' });
    const rollback = await ended((await rollBack({ service: 'payments', reason: 'r' })).body.id);
    expect(rollback).toMatchObject({ status: 'done', rollbackDeploymentId: 'd-AGAIN' });
    expect(calls('CreateDeployment').map((call) => call.input)).toMatchObject([
      {
        revision: { appSpecContent: { sha256: 'sha-d-GOOD' } },
        description: `safety-gate rollback ${rollback.id}`,
        overrideAlarmConfiguration: { enabled: false },
        autoRollbackConfiguration: { enabled: false },
      },
    ]);
  });

  test('whose cure is there is neither stopped nor undone by a second request', async () => {
    change('d-NEW', { status: 'Succeeded' });
    await ended((await rollBack({ service: 'payments', reason: 'r' })).body.id);
    const again = await rollBack({ service: 'payments', reason: 'again' });
    expect([again.status, again.body.code]).toEqual([409, 'already-rolled-back']);
    const cure = await rollBack({ deploymentId: 'd-AGAIN', reason: 'again' });
    expect([cure.status, cure.body.code]).toEqual([409, 'is-a-rollback']);
    expect(calls('CreateDeployment')).toHaveLength(1);
  });

  test('comes though the deployment failed by itself before it could be stopped', async () => {
    aws.scripts.StopDeployment = () => {
      change('d-NEW', { status: 'Failed' }); // its own hook failed at the same moment; the group rolls nothing back
      throw new AwsError('DeploymentAlreadyCompletedException');
    };
    const rollback = await ended((await rollBack(byId)).body.id);
    expect(rollback).toMatchObject({ status: 'done', rollbackDeploymentId: 'd-AGAIN' });
  }, 60_000);

  test('of a deployment that was fixed forward meanwhile does not overwrite the fix', async () => {
    change('d-NEW', { status: 'Succeeded' });
    const scripted = scripts.CreateDeployment;
    aws.scripts.CreateDeployment = () => {
      add('d-FIX', { status: 'InProgress' });
      aws.scripts.CreateDeployment = scripted;
      throw new AwsError('DeploymentLimitExceededException');
    };
    expect(await ended((await rollBack(byId)).body.id)).toMatchObject({
      status: 'refused',
      outcome: [{ code: 'superseded' }],
    });
    expect(deployments.has('d-AGAIN')).toBe(false);
  });

  test('finds its own deployment again instead of making another', async () => {
    change('d-NEW', { status: 'Succeeded' });
    aws.scripts.CreateDeployment = (input) => {
      scripts.CreateDeployment(input);
      throw new AwsError('InternalFailure', 500); // made, but the answer is lost; the SDK's retries find the group taken
    };
    const made = await rollBack(byId);
    await eventually(async () => deployments.has('d-AGAIN') || undefined, 10, 'the deployment is made');
    aws.scripts.CreateDeployment = () => {
      throw new AwsError('DeploymentLimitExceededException');
    };
    expect(await ended(made.body.id)).toMatchObject({ status: 'done', rollbackDeploymentId: 'd-AGAIN' });
  });

  test('of a service takes its running deployment, and never a rollback', async () => {
    add('d-OLD-RB', { creator: 'codeDeployRollback' });
    const { body } = await rollBack({ service: 'payments', reason: 'r' });
    expect(body.deploymentId).toBe('d-NEW');
    await ended(body.id);
  });

  test('with one key is one rollback with one reason, its other body is refused', async () => {
    const [first, second] = await Promise.all([rollBack(byId, 'key-1'), rollBack(byId, 'key-1')]);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.id).toBe(first.body.id);
    const third = await rollBack(byId, 'key-1');
    expect(third.body.id).toBe(first.body.id);
    expect(third.body.reasons).toHaveLength(1);
    const other = await rollBack({ ...byId, reason: 'another' }, 'key-1');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect((await ended(first.body.id)).status).toBe('done');
    expect(calls('StopDeployment')).toHaveLength(1);
    expect((await rollBack(byId, 'key-1')).body.id).toBe(first.body.id); // long after its end, too
  });

  test('with other keys joins the rollback that is under way', async () => {
    aws.scripts.StopDeployment = () => ({ status: 'Pending' });
    const answers = await Promise.all(['a', 'b', 'c'].map((key) => rollBack({ ...byId, reason: key }, key)));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    const { body } = await request(gate.gate.app).get(`/v1/rollbacks/${answers[0]?.body.id}`);
    expect(body.reasons.map((reason: { text: string }) => reason.text).sort()).toEqual(['a', 'b', 'c']);
    aws.scripts.StopDeployment = scripts.StopDeployment;
    await ended(body.id);
  });

  test('as a dry run gives the plan and does nothing', async () => {
    const answer = await rollBack({ ...byId, dryRun: true });
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['plan']]);
    expect(await gate.store.db.selectFrom('rollbacks').selectAll().execute()).toEqual([]);
    expect(calls('StopDeployment')).toEqual([]);
  });

  test.each<[string, () => void, object, number, string]>([
    ['nothing is known of', () => {}, { deploymentId: 'd-NONE' }, 404, 'deployment-unknown'],
    ['a service has none of', () => deployments.clear(), { service: 'payments' }, 404, 'no-deployment'],
    [
      'was rolled back',
      () => {
        add('d-RB', { creator: 'codeDeployRollback' });
        change('d-NEW', { status: 'Failed', rollbackInfo: { rollbackDeploymentId: 'd-RB' } });
      },
      { deploymentId: 'd-NEW' },
      409,
      'already-rolled-back',
    ],
    [
      'is the first one',
      () => {
        change('d-NEW', { status: 'Succeeded' });
        deployments.delete('d-GOOD');
      },
      { deploymentId: 'd-NEW' },
      409,
      'no-earlier-revision',
    ],
    ['was followed by another', () => {}, { deploymentId: 'd-GOOD' }, 409, 'superseded'],
    [
      'is a rollback',
      () => add('d-RB', { creator: 'codeDeployRollback' }),
      { deploymentId: 'd-RB' },
      409,
      'is-a-rollback',
    ],
  ])('of a deployment that %s is refused', async (_name, arrange, body, status, code) => {
    arrange();
    const answer = await rollBack({ ...body, reason: 'r' });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test('keeps going while AWS throttles and faults', async () => {
    let turn = 0;
    aws.scripts.StopDeployment = (input) => {
      turn += 1;
      if (turn <= 6)
        throw new AwsError(turn % 2 === 0 ? 'ThrottlingException' : 'InternalFailure', turn % 2 === 0 ? 400 : 500);
      return scripts.StopDeployment(input);
    };
    expect((await ended((await rollBack(byId)).body.id)).status).toBe('done');
  }, 40_000);

  test('answers within its time when AWS hangs', async () => {
    aws.scripts.GetDeployment = () => silence;
    const answer = await rollBack(byId);
    expect([answer.status, answer.body.code]).toEqual([503, 'aws-timed-out']);
  }, 40_000);
});
