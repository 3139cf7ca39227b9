import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { performRejudge } from '../../src/canary/rejudge-operation.ts';
import { findWatch } from '../../src/canary/store.ts';
import { listMetrics, metricData, targetGroup, trafficScripts } from '../support/ecs-scripts.ts';
import { startTestGate, type TestGate } from '../support/gate.ts';
import { eventually } from '../support/process.ts';
import { AwsError, type Script, type ScriptedAws, startScriptedAws } from '../support/scripted-aws.ts';

const config = `
services:
  - name: payments
    codedeploy: { application: payments, deploymentGroup: production }
    alarms: [payments-5xx]
    canary: { period: 1s, settle: 0s, duration: 4s, history: 5, minimumRequests: 50, metrics: [error-ratio, slow-p90, latency-p95] }
    checks: { AfterAllowTraffic: [canary] }
  - name: observed
    codedeploy: { application: payments, deploymentGroup: observed }
    canary: { period: 1s, settle: 0s, duration: 4s, history: 5, mode: observe, metrics: [error-ratio] }
    checks: { AfterAllowTraffic: [canary] }
`;

/** Errors a second of the canary, out of its 1,000 requests; null: no traffic at all. */
let canaryErrors: number | null;
let phase: string;

function metricValue(metric: string, canary: boolean): number | null {
  if (canary && canaryErrors === null) return null;
  switch (metric) {
    case 'RequestCount':
      return canary ? 1000 : 9000;
    case 'HTTPCode_Target_5XX_Count':
      return canary ? canaryErrors || null : 40;
    default:
      return 0.2;
  }
}

const scripts: Record<string, Script> = {
  GetDeployment: ({ deploymentId }) => ({
    deploymentInfo: {
      deploymentId,
      applicationName: 'payments',
      deploymentGroupName: String(deploymentId).startsWith('d-observed') ? 'observed' : 'production',
      status: phase,
      creator: 'user',
      computePlatform: 'ECS',
      createTime: 1_795_552_200,
      ...(phase === 'Stopped' ? { rollbackInfo: { rollbackDeploymentId: 'd-RB' } } : {}),
      ...(deploymentId === 'd-RB' ? { status: 'Succeeded', creator: 'codeDeployRollback', rollbackInfo: {} } : {}),
    },
  }),
  ...trafficScripts({ blue: 90, green: 10 }),
  DescribeTaskSets: () => ({
    taskSets: ['blue', 'green'].map((name) => ({
      loadBalancers: [{ targetGroupArn: `arn:aws:elasticloadbalancing:eu-central-1:1:${targetGroup(name)}` }],
    })),
  }),
  ListMetrics: listMetrics('blue'),
  DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'OK' }] }),
  ListDeployments: () => ({ deployments: [] }),
  PutLifecycleEventHookExecutionStatus: () => ({}),
  StopDeployment: () => {
    phase = 'Stopped';
    return { status: 'Succeeded' };
  },
  GetMetricData: metricData(metricValue),
};

let aws: ScriptedAws;
let gate: TestGate;
let next = 0;

beforeAll(async () => {
  aws = await startScriptedAws({});
  gate = await startTestGate(config, { awsUrl: aws.url });
});
afterAll(async () => {
  await gate.close();
  await aws.close();
});
beforeEach(() => {
  Object.assign(aws.scripts, scripts);
  aws.calls.length = 0;
  canaryErrors = 0;
  phase = 'InProgress';
  next += 1;
});

/** BeforeAllowTraffic, which begins the watch, then AfterAllowTraffic, which waits for it. */
async function release(prefix = 'd'): Promise<string> {
  const DeploymentId = `${prefix}-${next}`;
  for (const LifecycleEvent of ['BeforeAllowTraffic', 'AfterAllowTraffic']) {
    const body = { DeploymentId, LifecycleEventHookExecutionId: `${DeploymentId}-${LifecycleEvent}`, LifecycleEvent };
    await request(gate.gate.app).post('/v1/hooks/codedeploy').send(body);
  }
  return DeploymentId;
}

type Looks = readonly { readonly observation: { readonly points: readonly { readonly phase: string }[] } }[];

interface Story {
  readonly evaluations: {
    readonly lifecycleEvent: string;
    readonly verdict: string;
    readonly reasons: { code: string }[];
  }[];
  readonly watch: {
    readonly id: string;
    readonly status: string;
    readonly decision: string;
    readonly reasons: { code: string }[];
    readonly looks: unknown[];
  };
  readonly rollbacks: {
    readonly status: string;
    readonly reasons: { source: string; text: string }[];
    readonly endedAt: string | null;
  }[];
}

async function story(id: string, until: (story: Story) => boolean): Promise<Story> {
  return eventually(
    async () => {
      const { body } = await request(gate.gate.app).get(`/v1/deployments/${id}`);
      return body.watch && until(body) ? body : undefined;
    },
    20,
    `the story of ${id}`,
  );
}

const over = ({ watch, evaluations }: Story) =>
  watch.status === 'decided' && evaluations.every((evaluation) => evaluation.verdict !== 'pending');
const undone = (one: Story) => over(one) && one.rollbacks[0]?.endedAt != null;

describe('the canary watch', () => {
  test('promotes a healthy canary, and the hook that waited passes', async () => {
    const { watch, evaluations, rollbacks } = await story(await release(), over);
    expect([watch.decision, evaluations.map((one) => one.verdict), rollbacks]).toEqual([
      'promote',
      ['pass', 'pass'],
      [],
    ]);
    expect(watch.looks.length).toBeGreaterThanOrEqual(3);
  });

  test('rolls a failing one back, once, and the hook that waited fails', async () => {
    canaryErrors = 450;
    const { watch, evaluations, rollbacks } = await story(await release(), undone);
    expect([watch.decision, evaluations.map((one) => one.verdict)]).toEqual(['rollback', ['pass', 'fail']]);
    expect(rollbacks).toMatchObject([
      { status: 'done', reasons: [{ source: 'canary', text: expect.stringMatching(/of 1000 \(45\.0 %\)|45\.0 %/) }] },
    ]);
    expect(aws.calls.filter((call) => call.operation === 'StopDeployment')).toHaveLength(1);
  });

  test('an alarm that turns red during the watch is a reason to roll back', async () => {
    aws.scripts.DescribeAlarms = () => ({
      MetricAlarms: [{ AlarmName: 'payments-5xx', StateValue: 'ALARM', StateReason: '9 > 5' }],
    });
    const { watch, rollbacks } = await story(await release(), undone);
    expect([watch.decision, rollbacks[0]?.reasons[0]?.source]).toEqual(['rollback', 'alarm']);
  });

  test('canary, alarm and operator at the same second make one rollback with all their reasons', async () => {
    canaryErrors = 450;
    aws.scripts.StopDeployment = () => ({ status: 'Pending' });
    const id = await release();
    await story(id, ({ rollbacks }) => rollbacks.length > 0);
    const answer = await request(gate.gate.app).post('/rollback').send({ deploymentId: id, reason: 'by hand' });
    expect(answer.status).toBe(202);
    Object.assign(aws.scripts, { StopDeployment: scripts.StopDeployment });
    const { rollbacks } = await story(id, undone);
    expect(rollbacks.map((one) => one.reasons.map((reason) => reason.source))).toEqual([['canary', 'operator']]);
  });

  test('without canary traffic is inconclusive, which is no pass', async () => {
    canaryErrors = null;
    const { watch, evaluations } = await story(await release(), over);
    expect([watch.decision, watch.reasons[0]?.code, evaluations[1]?.verdict]).toEqual([
      'inconclusive',
      'no-canary-traffic',
      'fail',
    ]);
  });

  test('goes on while CloudWatch is away, says so, and does not promote on nothing', async () => {
    aws.scripts.GetMetricData = () => {
      throw new AwsError('AccessDeniedException');
    };
    const { watch } = await story(await release(), over);
    expect([watch.decision, ...watch.reasons.map((reason) => reason.code)]).toEqual([
      'inconclusive',
      'metrics-unavailable',
      'aws-denied',
    ]);
    expect(watch.looks.length).toBeGreaterThanOrEqual(3);
  });

  test('ends when the deployment is stopped by somebody else', async () => {
    const id = await release();
    await story(id, ({ watch }) => watch.looks.length > 0);
    phase = 'Failed';
    const { watch, evaluations } = await story(id, over);
    expect([watch.decision, evaluations[1]?.verdict]).toEqual(['deployment-ended', 'fail']);
  });

  test('is ended by an operator’s override of the deployment', async () => {
    const id = await release();
    await story(id, ({ watch }) => watch.looks.length > 0);
    await request(gate.gate.app)
      .post('/v1/overrides')
      .send({ deploymentId: id, verdict: 'pass', reason: 'we want it' });
    const { watch, evaluations } = await story(id, over);
    expect([watch.decision, evaluations[1]?.verdict, evaluations[1]?.reasons[0]?.code]).toEqual([
      'overridden',
      'pass',
      'override',
    ]);
  });

  test('leaves a decision sheet: what was asked and received, the limits learned, the evidence, the policy', async () => {
    const id = await release();
    const { watch } = await story(id, over);
    const { status, body: sheet } = await request(gate.gate.app).get(`/v1/watches/${watch.id}`);
    expect([status, sheet.deploymentId, sheet.policy.periodSeconds]).toEqual([200, id, 1]);
    const [first] = sheet.looks;
    expect(first.observation.asked).toContainEqual(
      expect.objectContaining({ metric: 'errors', side: 'baseline', phase: 'history', statistic: 'Sum', points: 5 }),
    );
    const phases = (looks: Looks) =>
      new Set(looks.flatMap(({ observation }) => observation.points.map(({ phase }) => phase)));
    expect(phases(sheet.looks)).toEqual(new Set(['history', 'watch']));
    expect(phases((await request(gate.gate.app).get(`/v1/deployments/${id}`)).body.watch.looks)).toEqual(
      new Set(['watch']),
    );
    const told = sheet.looks.at(-1).decision.metrics.map((metric: { metric: string }) => metric.metric);
    expect(told).toEqual(['error-ratio', 'slow-p90', 'latency-p95']);
    expect(sheet.looks.at(-1).observation.limits).toEqual({ 'slow-p90': 0.2 });
    expect(sheet.looks.at(-1).decision.metrics[0].evidence).toMatchObject({
      threshold: expect.any(Number),
      effect: { lower: expect.any(Number), upper: expect.any(Number) },
    });
    expect(aws.calls.some(({ input }) => JSON.stringify(input).includes('"TC(0.2:)"'))).toBe(true);
    expect((await request(gate.gate.app).get(`/v1/watches/${id}`)).body.id).toBe(watch.id);
    expect((await request(gate.gate.app).get('/v1/watches/watch_none')).body.code).toBe('watch-not-found');
  });

  test('is judged again to the last digit, at each of its looks', async () => {
    canaryErrors = 450;
    const { watch } = await story(await release(), undone);
    const result = await performRejudge(gate.store.db, { operation: 'rejudge', id: watch.id, everyLook: true });
    expect(result).toMatchObject({ outcome: 'same' });
    expect(result.outcome !== 'impossible' && result.looks.every(({ identical }) => identical)).toBe(true);
    expect(result.outcome !== 'impossible' && result.looks.length).toBe(watch.looks.length);
  });

  test('that only observes says what it would have done, and does nothing', async () => {
    canaryErrors = 450;
    const id = await release('d-observed');
    const { watch, evaluations, rollbacks } = await story(id, over);
    expect([watch.decision, watch.reasons[0]?.code, rollbacks]).toEqual(['rollback', 'would-roll-back', []]);
    expect(evaluations.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(evaluations[1]?.reasons[0]?.code).toBe('observe-mode');
    expect(aws.calls.filter((call) => call.operation === 'StopDeployment')).toEqual([]);
    const { text } = await request(gate.gate.app).get('/metrics');
    expect(text).toMatch(/safety_gate_watch_ends\{decision="rollback",mode="observe"\} 1/);
  });

  test('goes on under the policy that it began with', async () => {
    const { watch } = await story(await release(), over);
    const row = await findWatch(gate.store.db, watch.id);
    expect(row?.policy).toMatchObject({ historyPeriods: 5, sloSeconds: null, mode: 'enforce' });
  });
});
