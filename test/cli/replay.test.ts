import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommandLine } from '../../src/cli/run.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { type ScriptedAws, startScriptedAws } from '../support/scripted-aws.ts';

const hour = 3_600_000;
const now = Date.now();
const begin = new Date(Math.floor(now / hour) * hour - 9 * hour);
const at = (hours: number) => new Date(begin.getTime() + hours * hour).toISOString();

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'replay-'));
  configure('app/shop/0123456789abcdef');
});
afterAll(() => rmSync(directory, { recursive: true }));

function configure(loadBalancer: string): void {
  const service = `{ name: shop, codedeploy: { application: shop, deploymentGroup: production }, loadBalancer: ${loadBalancer} }`;
  writeFileSync(join(directory, 'safety-gate.yml'), `services: [${service}]\n`);
}

/** As a process of its own, with AWS at this address. */
function replay(url: string, ...flags: string[]) {
  return run(url, 'replay', '--service', 'shop', ...flags);
}

async function run(url: string, ...args: string[]) {
  const argv = [resolve('bin/safety-gate.js'), ...args];
  const env = { AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, argv, { cwd: directory, env: { PATH, HOME, ...env } });
  const [out, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, errors };
}

describe('safety-gate replay, on what the sandbox counted', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ clock: { now: () => begin } });
    const place = { application: 'shop', deploymentGroup: 'production' };
    sandbox.addGroup({ ...place, cluster: 'main', service: 'shop', image: 'repo/shop:1' });
    sandbox.advance(8 * 3600);
    configure(sandbox.dimensionsOf('shop', 'production').loadBalancer);
  });
  afterAll(() => sandbox.close());

  test('judges every past hour, and says what played the canary', async () => {
    const flags = ['--from', at(3), '--to', at(8), '--slow', '5s', '--format', 'json'];
    const { code, out, errors } = await replay(sandbox.url, ...flags);
    const report = JSON.parse(out);
    expect(report).toMatchObject({
      service: 'shop',
      from: at(3),
      to: at(8),
      periodSeconds: 60,
      canaryMinutes: 60,
      alpha: 0.01,
      split: { kind: 'thinning', share: 0.1, zones: [], seed: 'shop' },
      totals: { judged: 4, rolledBack: 0, withoutData: 0, tooMany: false },
      watches: [],
    });
    expect(report.storeUnread).toContain('there is no store in');
    expect(report.worst).toHaveLength(4);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect((await replay(sandbox.url, ...flags)).out).toBe(out);
  });

  test('tells people', async () => {
    const { out } = await replay(sandbox.url, '--from', at(3), '--to', at(6), '--share', '50%', '--every', '30m');
    expect(out).toContain('50 % of the requests, dealt by chance (seed "shop"), played the canary');
    expect(out).toMatch(/ {2}4 judged: 0 rolled back \(0 %; alpha is 1 %\), \d promoted, \d inconclusive\n/);
    expect(out).toContain('watches in the store were not judged again');
  });

  test("gives plan-canary the service's last day", async () => {
    const flags = ['--service', 'shop', '--share', '50%', '--minutes', '5', '--runs', '20', '--format', 'json'];
    const { code, out } = await run(sandbox.url, 'plan-canary', ...flags);
    const { planned } = JSON.parse(out);
    expect([code === 0 || code === 1, planned.source]).toEqual([true, 'history']);
    expect(planned.minutesRecorded).toBe(9 * 60); // the sandbox begins with an hour of the past
  });

  test('ends with 2 where there was nothing to judge', async () => {
    const { code, out, errors } = await replay(sandbox.url, '--from', '3d', '--to', '2d', '--format', 'json');
    expect(JSON.parse(out).totals).toMatchObject({ judged: 0, withoutData: 23 });
    expect([code, errors]).toEqual([2, expect.stringContaining('there was no hour to judge')]);
  });

  test('ends with 2 where the load balancer has no target group', async () => {
    const { code, errors } = await replay(sandbox.url, '--from', at(3), '--to', at(6), '--load-balancer', 'app/none/1');
    expect([code, errors]).toEqual([2, expect.stringContaining('CloudWatch lists no target group behind app/none/1')]);
  });
});

describe('safety-gate replay, on counts by zone', () => {
  let aws: ScriptedAws | undefined;
  afterEach(async () => {
    await aws?.close();
    aws = undefined;
  });

  const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
  const dimensionsOf = (zone: string | null) => [
    { Name: 'TargetGroup', Value: 'targetgroup/shop/1' },
    ...(zone === null ? [] : [{ Name: 'AvailabilityZone', Value: zone }]),
    { Name: 'LoadBalancer', Value: 'app/shop/1' },
  ];
  const listMetrics = () => ({
    Metrics: [null, ...zones].map((zone) => ({
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'RequestCount',
      Dimensions: dimensionsOf(zone),
    })),
  });

  interface Stat {
    readonly Metric: { readonly MetricName: string; readonly Dimensions: { Name: string; Value: string }[] };
    readonly Period: number;
  }

  /** 3,000 requests a minute in each zone, 30 of them failing; from the fourth hour on 96 in the last zone. */
  function getMetricData(input: Record<string, unknown>) {
    const { StartTime, EndTime, MetricDataQueries } = input as {
      StartTime: number;
      EndTime: number;
      MetricDataQueries: { Id: string; MetricStat: Stat }[];
    };
    const answers = MetricDataQueries.map(({ Id, MetricStat: { Metric, Period } }) => {
      const zone = Metric.Dimensions.find(({ Name }) => Name === 'AvailabilityZone')?.Value;
      const Timestamps: number[] = [];
      const Values: number[] = [];
      for (let time = StartTime; time < EndTime; time += Period) {
        const ill = zone === zones[2] && time * 1000 >= begin.getTime() + 4 * hour;
        const minutes = Period / 60;
        const noise = (time / 60) % 7;
        if (Metric.MetricName === 'RequestCount') Values.push((3000 + noise) * minutes);
        else if (Metric.MetricName === 'HTTPCode_Target_5XX_Count')
          Values.push((ill ? 93 + noise : 27 + noise) * minutes);
        else continue;
        Timestamps.push(time);
      }
      return { Id, StatusCode: 'Complete', Timestamps, Values };
    });
    return { MetricDataResults: answers };
  }

  test('has each zone in turn play the canary, names the ill one, and ends with 1', async () => {
    aws = await startScriptedAws({ ListMetrics: listMetrics, GetMetricData: getMetricData });
    const flags = ['--from', at(3), '--to', at(8), '--load-balancer', 'app/shop/1', '--format', 'json'];
    const { code, out, errors } = await replay(aws.url, ...flags);
    const report = JSON.parse(out);
    expect(report.split).toEqual({ kind: 'zones', zones, seed: 'shop' });
    expect(report.totals).toMatchObject({ judged: 12, tooMany: true });
    const rolledBack = report.worst.filter(({ verdict }: { verdict: string }) => verdict === 'rollback');
    expect(rolledBack).toContainEqual(expect.objectContaining({ zone: zones[2], from: at(4), metric: 'errors' }));
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
  });

  test('asks for five minutes where minutes are not kept any more', async () => {
    aws = await startScriptedAws({ ListMetrics: listMetrics, GetMetricData: getMetricData });
    const flags = [
      '--from',
      '20d',
      '--to',
      '19d',
      '--load-balancer',
      'app/shop/1',
      '--share',
      '10%',
      '--format',
      'json',
    ];
    const { out } = await replay(aws.url, ...flags);
    expect(JSON.parse(out)).toMatchObject({ periodSeconds: 300, canaryMinutes: 60, totals: { judged: 23 } });
  });

  test('ends with 2 and what AWS said where nothing is answered', async () => {
    aws = await startScriptedAws({ ListMetrics: listMetrics });
    const { code, errors } = await replay(aws.url, '--from', at(3), '--to', at(6), '--load-balancer', 'app/shop/1');
    expect([code, errors]).toEqual([2, expect.stringContaining('CloudWatch answered nothing; see above')]);
  });
});

describe('safety-gate replay refuses', () => {
  test.each<[readonly string[], string]>([
    [[], '--service is missing: name a service of safety-gate.yml'],
    [['--service', 'billing'], 'has no such service; there are: shop'],
    [
      ['--service', 'shop', '--from', 'yesterday'],
      '--from "yesterday": write 2026-11-01T00:00:00Z, or how long ago, such as 7d',
    ],
    [['--service', 'shop', '--from', '1h', '--to', '2h'], 'is not before --to'],
    [
      ['--service', 'shop', '--to', '2999-01-01'],
      '--to 2999-01-01T00:00:00.000Z is in the future; leave it out for now',
    ],
    [['--service', 'shop', '--from', '90d'], 'CloudWatch keeps only hours of that time; write 62d at most'],
    [['--service', 'shop', '--from', '30m'], 'no canary of 60 min has ended and settled between them; go further back'],
    [['--service', 'shop', '--every', '5s'], '--every "5s": write a duration from 60 s to 604800 s'],
    [['--service', 'shop', '--share', '2'], '--share "2": write a part above 0 and up to 0.99'],
    [['--service', 'shop', '--slow', '1'], '--slow "1": write a duration from 0.001 s to 3600 s'],
    [
      ['--service', 'shop', '--target-group', 'shop'],
      '--target-group "shop": write the end of its ARN, targetgroup/NAME/ID',
    ],
    [['--service', 'shop', '--load-balancer', 'shop'], '--load-balancer "shop": write the end of its ARN, app/NAME/ID'],
    [['--service', 'shop', '--format', 'xml'], '--format "xml": write one of text, json'],
    [['shop'], '"shop": no argument is taken, flags only'],
  ])('%j', async (flags, message) => {
    const stderr = new PassThrough();
    const io = { env: {}, cwd: directory, stdin: Readable.from([]), stdout: new PassThrough(), stderr };
    expect(await runCommandLine(['replay', ...flags], io)).toBe(2);
    expect(String(stderr.read())).toContain(message);
  });
});
