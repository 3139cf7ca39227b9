import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCommandLine } from '../../src/cli/run.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'plan-canary-'));
  const service =
    '{ name: payments, codedeploy: { application: a, deploymentGroup: b }, canary: { duration: 5m, alpha: 0.02, metrics: [error-ratio, cpu] } }';
  writeFileSync(join(directory, 'safety-gate.yml'), `services: [${service}]\n`);
  const minute = (at: number) => JSON.stringify({ events: 90 + (at % 20), total: 20_000 });
  const lines = Array.from({ length: 60 }, (_, at) => minute(at));
  writeFileSync(join(directory, 'history.jsonl'), `${lines.join('\r\n')}\n\nnull\n`);
  writeFileSync(join(directory, 'broken.jsonl'), `${lines.join('\n')}\n{"events": 5, "total": 3}\n`);
  writeFileSync(join(directory, 'short.jsonl'), `${minute(0)}\n`);
  writeFileSync(join(directory, 'quiet.jsonl'), '{"events": 0, "total": 100}\n'.repeat(40));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** As a process of its own: a judge inside of jest takes ten times as long. */
function plan(...flags: string[]) {
  const argv = [resolve('bin/safety-gate.js'), 'plan-canary', ...flags];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: directory, encoding: 'utf8' });
  return { code: status, out: stdout };
}

async function planHere(...flags: string[]) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = { env: {}, cwd: directory, stdin: Readable.from([]), stdout, stderr };
  const code = await runCommandLine(['plan-canary', ...flags], io);
  return { code, errors: String(stderr.read() ?? '') };
}

const small = ['--requests-per-minute', '700', '--error-ratio', '5%', '--share', '5%'];
const large = ['--requests-per-minute', '50000', '--error-ratio', '0.005', '--share', '0.1'];
const quick = ['--runs', '20', '--minutes', '4'];

describe('safety-gate plan-canary', () => {
  test('ends with 0 where the canary finds what it is to find, and says so as JSON', () => {
    const { code, out } = plan(...large, ...quick, '--format', 'json');
    const told = JSON.parse(out);
    expect(told.planned).toEqual({
      source: 'rates',
      requestsPerMinute: 50_000,
      errorRatio: 0.005,
      share: 0.1,
      minutes: 4,
      alpha: 0.01,
      metrics: 1,
      increase: 2,
    });
    expect(told.plan).toMatchObject({ powered: true, remedies: null, runs: 20, healthy: { promoted: 1 } });
    expect(told.cost).toMatchObject({ looks: 6 });
    expect(code).toBe(0);
  });

  test('ends with 1 where it does not, and tells people what it would take and what the looks cost', () => {
    const { code, out } = plan(...small, ...quick, '--increase', '3');
    expect(code).toBe(1);
    expect(out).toContain('A canary of 5 % of 700 requests a minute for 4 min, 5 % failing, alpha 1 %, errors alone:');
    expect(out).toMatch(/for x3 with 95 % +\d+ min at 5 %, or \d+ % for 4 min\n/);
    expect(out).toMatch(/CloudWatch +\d+ metrics a look, 6 looks: \d+ requested, \$0\.\d+/);
    expect(out).toContain('counting noise only');
  });

  test("takes what is not given from the service's canary block", () => {
    const { out } = plan(...large, '--runs', '20', '--service', 'payments', '--format', 'json');
    expect(JSON.parse(out).planned).toMatchObject({ minutes: 5, alpha: 0.02, metrics: 2 });
  });

  test('plays recorded minutes in place of rates', () => {
    const { out } = plan('--history', 'history.jsonl', '--share', '10%', ...quick, '--format', 'json');
    expect(JSON.parse(out).planned).toMatchObject({ source: 'history', minutesRecorded: 60 });
  });

  test.each<[readonly string[], string]>([
    [[], "--share is missing: write the canary's part of the requests, such as 5%"],
    [
      ['--share', '5%'],
      'the traffic is missing: write --requests-per-minute N and --error-ratio R, or --history FILE, or --service NAME',
    ],
    [['--share', '5%', '--service', 'payments', '--error-ratio', '1%'], 'the traffic is missing'],
    [['--share', '5%', '--service', 'payments'], 'the load balancer is not known: write loadBalancer: app/NAME/ID'],
    [[...small, '--history', 'history.jsonl'], '--history has the traffic'],
    [[...small, '--share', '0'], '--share "0": write a part above 0 and up to 0.99, such as 0.05 or 5%'],
    [[...small, '--error-ratio', '80%'], '--error-ratio "80%": write a part above 0 and up to 0.5'],
    [[...small, '--minutes', '1.5'], '--minutes "1.5": write a whole number from 1 to 1440'],
    [[...small, '--increase', '1'], '--increase "1": write a number from 1.01 to 1000'],
    [[...small, '--alpha', '0.5'], '--alpha "0.5": write a part'],
    [['--requests-per-minute', '-3'], 'argument is ambiguous. Did you forget'],
    [[...small, '--format', 'xml'], '--format "xml": write one of text, json'],
    [[...small, 'payments'], '"payments": no argument is taken, flags only'],
    [[...small, '--service', 'billing'], 'has no such service; there are: payments'],
    [['--share', '5%', '--history', 'absent.jsonl'], 'absent.jsonl: no such file'],
    [
      ['--share', '5%', '--history', 'broken.jsonl'],
      'broken.jsonl:61: events 5: more than the total of 3; write 3 at most',
    ],
    [['--share', '5%', '--history', 'short.jsonl'], 'short.jsonl: 1 minutes; give 30 at least'],
    [['--share', '5%', '--history', 'quiet.jsonl'], 'quiet.jsonl: 0 of 4000 requests failed'],
    [['--share', '5%', '--history', 'safety-gate.yml'], 'safety-gate.yml:1: not JSON'],
  ])('refuses %j', async (flags, message) => {
    const { code, errors } = await planHere(...flags);
    expect([code, errors]).toEqual([2, expect.stringContaining(message)]);
  });
});
