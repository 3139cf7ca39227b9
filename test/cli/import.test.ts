import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text as streamText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

let place = '';

beforeAll(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'import-test-')));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
});

afterAll(() => rmSync(place, { recursive: true }));

const metric = (name: string, more: object = {}) => ({
  name,
  query: { type: 'prometheus', metricName: name },
  groups: ['all'],
  analysisConfigurations: { canary: { direction: 'increase', ...more } },
});

const kayenta = (...metrics: readonly object[]) =>
  JSON.stringify(
    {
      name: 'checkout',
      metrics,
      classifier: { groupWeights: { all: 100 }, scoreThresholds: { pass: 95, marginal: 75 } },
    },
    null,
    2,
  );

const files: Readonly<Record<string, string>> = {
  'kayenta.json': kayenta(metric('5xx ratio')),
  'partly.json': kayenta(metric('5xx ratio'), metric('cpu')),
  'nothing.json': kayenta(metric('cpu')),
  'broken.json': '{\n  "metrics": [\n',
  'flagger.yaml':
    'kind: Canary\nmetadata: { name: payments }\nspec:\n  analysis:\n    threshold: 2\n    stepWeight: 10\n    maxWeight: 50\n    metrics:\n      - { name: request-success-rate, thresholdRange: { min: 99 } }\n      - { name: request-duration, thresholdRange: { max: 500 } }\n',
  'argo.yaml':
    'kind: AnalysisTemplate\nmetadata: { name: checks }\nspec:\n  metrics:\n    - name: success-rate\n      interval: 1m\n      failureLimit: 3\n      successCondition: result[0] >= 0.95\n      provider: { prometheus: { query: "sum(ok) / sum(all)" } }\n',
  'safety-gate.yml':
    'services:\n  - codedeploy: { application: payments, deploymentGroup: production }\n    canary: { alpha: 0.002 }\n',
};

async function run(args: readonly string[], stdin = '') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = { SAFETY_GATE_CONFIG: join(place, 'safety-gate.yml') };
  const named = args.map((word) => (word in files ? join(place, word) : word));
  const code = await runCommandLine(['import', ...named], {
    env,
    cwd: place,
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
  });
  const text = (stream: PassThrough) => String(stream.read() ?? '').replaceAll(`${place}/`, '');
  return { code, out: text(stdout), errors: text(stderr) };
}

const few = ['--runs', '20'];

describe('safety-gate import', () => {
  test.each([
    ['kayenta', 'kayenta.json', 'mann-whitney'],
    ['flagger', 'flagger.yaml', 'thresholds'],
    ['argo', 'argo.yaml', 'thresholds'],
  ])('%s prints a block that the service takes, and what it does to healthy releases', async (source, file, judge) => {
    const { code, out, errors } = await run([source, file, ...few]);
    expect(code).toBe(0);
    const { canary } = parse(out);
    expect(canary.judge).toBe(judge);
    const read = canaryPolicy.safeParse(canary);
    expect(read.error?.issues ?? []).toEqual([]);
    expect(read.data).toMatchObject({ judge });
    expect(errors).toMatch(
      /Looked at each minute at an assumed traffic \(700 requests\/min, 5 % canary, 0\.5 % errors\), this policy rolls back [\d.]+ % of healthy releases in (an hour|\d+ minutes).* \(20 runs\); ours: at most 1 %\.\n/,
    );
    expect(errors).toContain('Of releases whose errors double it rolls back');
  });

  test('the traffic is the one that is given, and the budget that of the service', async () => {
    const traffic = [
      '--requests-per-minute',
      '2000',
      '--canary-share',
      '0.5',
      '--error-ratio',
      '2%',
      '--latency',
      '200ms',
    ];
    const { errors, out } = await run(['flagger', 'flagger.yaml', ...few, ...traffic, '--service', 'payments']);
    expect(errors).toContain('(2,000 requests/min, 50 % canary, 2 % errors, median response 200 ms)');
    expect(errors).toContain('rolls back 100 % of healthy releases in 5 minutes (20 runs); ours: at most 0.2 %');
    expect(out).toMatch(/^# payments, from Flagger; put it under service "payments" in safety-gate\.yml\n/);
  });

  test("traffic that nobody told is called assumed, with the way to have the service's own", async () => {
    expect((await run(['flagger', 'flagger.yaml', ...few])).errors).toContain(
      'That traffic is assumed where it was not given: write --requests-per-minute',
    );
    const { code, errors } = await run(['flagger', 'flagger.yaml', ...few, '--service', 'payments']);
    expect([code, errors]).toEqual([
      0,
      expect.stringContaining('assumed, since that of payments could not be read: the load balancer is not known'),
    ]);
  });

  test('the traffic is that of the last day in CloudWatch, where a service is named', async () => {
    const sandbox = await startSandbox({ clock: { now: () => new Date(Date.now() - 3 * 3_600_000) } });
    try {
      const group = { application: 'shop', deploymentGroup: 'production' };
      sandbox.addGroup({ ...group, cluster: 'main', service: 'shop', image: 'repo/shop:1' });
      sandbox.advance(2 * 3600);
      const { loadBalancer } = sandbox.dimensionsOf('shop', 'production');
      const service = `{ name: shop, codedeploy: { application: shop, deploymentGroup: production }, loadBalancer: ${loadBalancer} }`;
      writeFileSync(join(place, 'shop.yml'), `services: [${service}]\n`);
      const argv = [
        resolve('bin/safety-gate.js'),
        'import',
        'argo',
        'argo.yaml',
        ...few,
        '--service',
        'shop',
        '--format',
        'json',
      ];
      const { PATH = '', HOME = '' } = process.env;
      const aws = {
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
      };
      const env = { PATH, HOME, ...aws, SAFETY_GATE_CONFIG: 'shop.yml' };
      const child = spawn(process.execPath, argv, { cwd: place, env });
      const [out, errors] = await Promise.all([
        streamText(child.stdout),
        streamText(child.stderr),
        once(child, 'exit'),
      ]);
      const { traffic } = JSON.parse(out);
      expect(traffic).toMatchObject({ source: 'cloudwatch', canaryShare: 0.05 });
      expect(traffic.requestsPerMinute).toBeGreaterThan(100);
      expect(errors).toContain('at your traffic (');
    } finally {
      await sandbox.close();
    }
  });

  test('limits on response times are not played without one, and that is said', async () => {
    const { errors } = await run(['flagger', 'flagger.yaml', ...few]);
    expect(errors).toContain('Not in the figure: latency-p99, whose usual level is not known; give --latency 200ms');
  });

  test('what cannot be expressed: named with file, line and way out, nothing printed, exit 2', async () => {
    const { code, out, errors } = await run(['kayenta', 'partly.json', ...few]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(errors).toMatch(/^partly\.json:20: metric "cpu": .*write it as a metric of your own/m);
    expect(errors).toMatch(/^partly\.json: 1 part cannot be expressed; --partial writes the rest$/m);
    expect(errors).not.toContain('Looked at');
  });

  test('with --partial the rest is written, and says in itself what it lacks', async () => {
    const { code, out } = await run(['kayenta', 'partly.json', '--partial', ...few]);
    expect(code).toBe(0);
    expect(out).toMatch(/^# checkout, from Kayenta; .*\n# not expressed, line 20: metric "cpu"/);
    expect(parse(out).canary.metrics).toEqual(['error-ratio']);
    const nothing = await run(['kayenta', 'nothing.json', '--partial', ...few]);
    expect(nothing).toMatchObject({ code: 2, out: '' });
    expect(nothing.errors).toContain('1 part cannot be expressed; nothing is left to judge by');
  });

  test('as JSON', async () => {
    const good = await run(['argo', 'argo.yaml', '--format', 'json', ...few]);
    expect(JSON.parse(good.out)).toMatchObject({
      ok: true,
      canary: { judge: 'thresholds' },
      lost: [],
      rate: { runs: 20 },
    });
    const partly = await run(['kayenta', 'partly.json', '--format', 'json', ...few]);
    expect(partly.code).toBe(2);
    expect(JSON.parse(partly.out)).toMatchObject({ ok: false, canary: null, lost: [{ line: 20 }] });
    const broken = await run(['kayenta', 'broken.json', '--format', 'json']);
    expect(JSON.parse(broken.out)).toMatchObject({ ok: false, problems: [{ line: 3 }, { line: 3 }] });
  });

  test('from standard input', async () => {
    const { code, out } = await run(['kayenta', '-', ...few], files['kayenta.json']);
    expect(code).toBe(0);
    expect(parse(out).canary.judge).toBe('mann-whitney');
  });

  test.each<[readonly string[], RegExp]>([
    [[], /the policy's source is missing: write one of kayenta, flagger, argo/],
    [['spinnaker', 'kayenta.json'], /"spinnaker": write one of kayenta, flagger, argo/],
    [['kayenta'], /import kayenta: name one file, or - for standard input/],
    [['kayenta', 'absent.json'], /absent\.json: no such file/],
    [['kayenta', 'broken.json'], /broken\.json:\d: neither YAML nor JSON/],
    [['argo', 'flagger.yaml'], /flagger\.yaml: no AnalysisTemplate in it/],
    [['kayenta', 'kayenta.json', '--canary-share', '5'], /--canary-share 5: write a part of all requests, 0\.05 or 5%/],
    [['kayenta', 'kayenta.json', '--error-ratio', '0'], /--error-ratio 0: write a part/],
    [
      ['kayenta', 'kayenta.json', '--requests-per-minute', 'many'],
      /--requests-per-minute many: write a number from 1 to/,
    ],
    [['kayenta', 'kayenta.json', '--runs', '3'], /--runs 3: write a number from 10 to/],
    [['kayenta', 'kayenta.json', '--latency', '200'], /--latency 200: write the median response time, as in 200ms/],
    [['kayenta', 'kayenta.json', '--format', 'yaml'], /--format "yaml": write one of text, json/],
    [['kayenta', 'kayenta.json', '--service', 'other'], /--service other: .*has no such service; there are: payments/],
    [['kayenta', 'kayenta.json', '--weight', '1'], /Unknown option '--weight'.*accepted: --service/],
  ])('%j is refused', async (args, message) => {
    const { code, errors, out } = await run(args);
    expect(code).toBe(2);
    expect(errors).toMatch(message);
    expect(out).toBe('');
  });
});
