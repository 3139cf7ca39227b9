import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestGate, type TestGate } from '../support/gate.ts';
import { AwsError, type Script, type ScriptedAws, startScriptedAws } from '../support/scripted-aws.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
    alarms: [payments-5xx]
    checks:
      BeforeInstall: [migrations]
      AfterInstall: [{ migrations: { missingReport: pass } }]
      BeforeAllowTraffic: [alarms]
`;

const appSpec = JSON.stringify({
  version: 0.0,
  Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: 'arn:task/payments:42' } } }],
});

const info = {
  deploymentId: 'd-42',
  applicationName: 'payments',
  deploymentGroupName: 'production',
  status: 'InProgress',
  creator: 'user',
  computePlatform: 'ECS',
  createTime: 1_795_552_200,
  revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'abc' } },
};

const scripts: Record<string, Script> = {
  GetDeployment: ({ deploymentId }) => {
    if (!String(deploymentId).startsWith('d-')) throw new AwsError('DeploymentDoesNotExistException');
    return { deploymentInfo: { ...info, deploymentId } };
  },
  GetApplicationRevision: () => ({
    revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'abc', content: appSpec } },
  }),
  DescribeTaskDefinition: () => ({
    taskDefinition: { containerDefinitions: [{ image: 'registry/payments:42@sha256:d1' }] },
  }),
  DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'OK' }] }),
  PutLifecycleEventHookExecutionStatus: ({ lifecycleEventHookExecutionId }) => ({ lifecycleEventHookExecutionId }),
};

let aws: ScriptedAws;
let gate: TestGate;
let next = 0;

beforeAll(async () => {
  aws = await startScriptedAws({ ...scripts });
  gate = await startTestGate(config, { awsUrl: aws.url });
});
afterAll(async () => {
  await gate.close();
  await aws.close();
});
beforeEach(() => {
  Object.assign(aws.scripts, scripts);
  aws.calls.length = 0;
});

function newDeployment(): string {
  next += 1;
  return `d-${next}`;
}

async function callHook(event: string, deployment = newDeployment()) {
  const execution = `${Buffer.from(deployment + event).toString('base64')}${'A'.repeat(300)}`;
  const body = { DeploymentId: deployment, LifecycleEventHookExecutionId: execution, LifecycleEvent: event };
  const answer = await request(gate.gate.app).post('/v1/hooks/codedeploy').send(body);
  expect(answer.status).toBe(202);
  return { deployment, execution, body, id: answer.body.evaluationId as string };
}

async function decided(id: string) {
  const { body } = await request(gate.gate.app).get(`/v1/evaluations/${id}?wait=20`);
  return body as {
    verdict: string;
    reasons: { code: string; text: string }[];
    checks: { name: string; verdict: string }[];
  };
}

/** Waits until the verdict was told, by asking the evaluation. */
async function reported(id: string): Promise<string> {
  for (let turn = 0; turn < 200; turn += 1) {
    const { body } = await request(gate.gate.app).get(`/v1/evaluations/${id}?wait=0`);
    if (body.reportedAt !== null) return body.report;
    await new Promise((resolve) => setImmediate(resolve));
    await gate.store.ping();
  }
  throw new Error('not reported');
}

function reports(deployment: string): unknown[] {
  const puts = aws.calls.filter((call) => call.operation === 'PutLifecycleEventHookExecutionStatus');
  return puts.filter((call) => call.input.deploymentId === deployment).map((call) => call.input.status);
}

async function postReport(sql: string, revision: string) {
  const body = { service: 'payments', revision, files: [{ path: '0042.sql', sql }] };
  expect((await request(gate.gate.app).post('/v1/migrations/reports').send(body)).status).toBe(201);
}

describe('the migrations check', () => {
  test('a clean report under the image’s tag passes, and CodeDeploy is told', async () => {
    await postReport('select 1;', '42');
    const hook = await callHook('BeforeInstall');
    expect(await decided(hook.id)).toMatchObject({
      verdict: 'pass',
      checks: [{ name: 'migrations', verdict: 'pass' }],
    });
    expect(await reported(hook.id)).toBe('reported');
    expect(aws.calls.at(-1)?.input).toEqual({
      deploymentId: hook.deployment,
      lifecycleEventHookExecutionId: hook.execution,
      status: 'Succeeded',
    });
  });

  test('a rewrite under the image’s digest fails, with statement and fix; the newest report counts', async () => {
    await postReport('alter table payments alter column id type bigint;', 'sha256:d1');
    const hook = await callHook('BeforeInstall');
    const evaluation = await decided(hook.id);
    expect(evaluation.verdict).toBe('fail');
    expect(evaluation.reasons[0]).toMatchObject({
      code: 'migration-hazard',
      rule: 'change-type-rewrite',
      path: '0042.sql',
      line: 1,
    });
    await reported(hook.id);
    expect(reports(hook.deployment)).toEqual(['Failed']);
  });

  test('a missing report fails, unless it is configured to pass', async () => {
    await gate.store.db.deleteFrom('migration_reports').execute();
    const strict = await decided((await callHook('BeforeInstall')).id);
    expect([strict.verdict, strict.reasons[0]?.code]).toEqual(['fail', 'report-missing']);
    const lenient = await decided((await callHook('AfterInstall')).id);
    expect([lenient.verdict, lenient.reasons[0]?.code]).toEqual(['pass', 'report-missing']);
  });
});

describe('the alarms check', () => {
  test.each([
    [
      'quiet alarms pass',
      () => ({ MetricAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'OK' }] }),
      'pass',
      'alarms-quiet',
    ],
    [
      'a red one fails',
      () => ({ MetricAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'ALARM', StateReason: '17 > 5' }] }),
      'fail',
      'alarm-in-alarm',
    ],
    [
      'a red composite one, too',
      () => ({ CompositeAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'ALARM' }] }),
      'fail',
      'alarm-in-alarm',
    ],
    ['one that does not exist is no pass', () => ({ MetricAlarms: [] }), 'fail', 'alarm-missing'],
    [
      'one that may not be read shuts the gate at once',
      () => {
        throw new AwsError('AccessDeniedException');
      },
      'fail',
      'source-unreachable',
    ],
  ])('%s', async (_name, script, verdict, code) => {
    aws.scripts.DescribeAlarms = script;
    const evaluation = await decided((await callHook('BeforeAllowTraffic')).id);
    expect([evaluation.verdict, evaluation.reasons[0]?.code]).toEqual([verdict, code]);
  });

  test('throttling and faults are ridden out', async () => {
    let turn = 0;
    aws.scripts.DescribeAlarms = (input) => {
      turn += 1;
      if (turn === 1) throw new AwsError('ThrottlingException');
      if (turn === 2) throw new AwsError('InternalFailure', 500);
      return scripts.DescribeAlarms?.(input);
    };
    expect((await decided((await callHook('BeforeAllowTraffic')).id)).verdict).toBe('pass');
  });
});

describe('any hook', () => {
  test('called twice with one execution id is evaluated and reported once', async () => {
    const hook = await callHook('AfterAllowTestTraffic');
    await reported(hook.id);
    const again = await request(gate.gate.app).post('/v1/hooks/codedeploy').send(hook.body);
    expect(again.body).toEqual({ evaluationId: hook.id, verdict: 'pass' });
    await gate.store.ping();
    expect(reports(hook.deployment)).toEqual(['Succeeded']);
  });

  test('of a deployment that is a rollback passes without checks', async () => {
    aws.scripts.GetDeployment = ({ deploymentId }) => ({
      deploymentInfo: { ...info, deploymentId, creator: 'codeDeployRollback' },
    });
    const evaluation = await decided((await callHook('BeforeInstall')).id);
    expect([evaluation.verdict, evaluation.reasons[0]?.code]).toEqual(['pass', 'rollback']);
  });

  test('that only claims to be a rollback in its description is checked like any other', async () => {
    aws.scripts.GetDeployment = ({ deploymentId }) => ({
      deploymentInfo: { ...info, deploymentId, description: 'safety-gate rollback rb_made_up' },
    });
    expect((await decided((await callHook('BeforeInstall')).id)).verdict).toBe('fail');
  });

  test('of a deployment that CodeDeploy does not know fails', async () => {
    const evaluation = await decided((await callHook('BeforeInstall', 'x-unknown')).id);
    expect([evaluation.verdict, evaluation.reasons[0]?.code]).toEqual(['fail', 'deployment-unknown']);
  });

  test('of a service that is not configured fails and says what to add', async () => {
    aws.scripts.GetDeployment = ({ deploymentId }) => ({
      deploymentInfo: { ...info, deploymentId, applicationName: 'other' },
    });
    const evaluation = await decided((await callHook('BeforeInstall')).id);
    expect([evaluation.verdict, evaluation.reasons[0]?.code]).toEqual(['fail', 'service-not-configured']);
  });

  test.each([
    ['LifecycleEventAlreadyCompletedException', 'already-reported'],
    ['InvalidLifecycleEventHookExecutionIdException', 'execution-unknown'],
  ])('whose report is answered with %s is done', async (awsCode, outcome) => {
    aws.scripts.PutLifecycleEventHookExecutionStatus = () => {
      throw new AwsError(awsCode);
    };
    expect(await reported((await callHook('AfterAllowTestTraffic')).id)).toBe(outcome);
  });

  test('on servers is reported by the script’s exit code', async () => {
    aws.scripts.GetDeployment = ({ deploymentId }) => ({
      deploymentInfo: { ...info, deploymentId, computePlatform: 'Server' },
    });
    const hook = await callHook('ApplicationStart');
    expect(await reported(hook.id)).toBe('by-exit-code');
    expect(reports(hook.deployment)).toEqual([]);
  });
});

describe('an operator’s override', () => {
  test('decides a pending evaluation, and is told in its reasons', async () => {
    aws.scripts.DescribeAlarms = () => {
      throw new AwsError('ThrottlingException');
    };
    const hook = await callHook('BeforeAllowTraffic');
    const override = { evaluationId: hook.id, verdict: 'pass', reason: 'alarms are being moved' };
    expect((await request(gate.gate.app).post('/v1/overrides').send(override)).status).toBe(201);
    const evaluation = await decided(hook.id);
    expect([evaluation.verdict, evaluation.reasons[0]?.code]).toEqual(['pass', 'override']);
    await reported(hook.id);
    const late = await request(gate.gate.app)
      .post('/v1/overrides')
      .send({ ...override, verdict: 'fail' });
    expect([late.status, late.body.code]).toEqual([409, 'already-decided']);
  });

  test('of a whole deployment decides its later events', async () => {
    const override = { deploymentId: 'd-frozen', verdict: 'fail', reason: 'freeze' };
    expect((await request(gate.gate.app).post('/v1/overrides').send(override)).status).toBe(201);
    expect((await decided((await callHook('AfterInstall', 'd-frozen')).id)).reasons[0]?.code).toBe('override');
    const { body: story } = await request(gate.gate.app).get('/v1/deployments/d-frozen');
    expect(story).toMatchObject({
      service: 'payments',
      overrides: [{ verdict: 'fail', reason: 'freeze', actor: 'anonymous' }],
    });
  });
});
