import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { conclude } from '../../src/canary/conclude.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { findWatchRow, insertWatch, saveLook } from '../../src/canary/store.ts';
import { serveControl } from '../../src/cli/control.ts';
import { controlSocket, openStore } from '../../src/cli/open-store.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { systemClock } from '../../src/clock.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { at, observed } from '../support/observations.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-rejudge-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCommandLine(['rejudge', ...args], {
    env: { SAFETY_GATE_DATA: directory },
    cwd: process.cwd(),
    stdin: new PassThrough().end(),
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

/** A watch with one look, of which the store has the judge's own decision, or another one. */
async function store(deploymentId: string, decision?: 'promote'): Promise<void> {
  const opened = await openStore(readEnvironment({ SAFETY_GATE_DATA: directory }, process.cwd()));
  const policy = canaryPolicy.parse({ settle: '0s', metrics: ['error-ratio'] });
  const now = new Date(at(0));
  const endsAt = new Date(at(60));
  const surroundings = { endsAt: at(60), override: null, alarms: [], ended: null };
  const minute = { requests: 100, errors: 1 };
  const observation = observed({ canary: [minute], baseline: [minute] }, { surroundings });
  const { decision: judged } = conclude(policy, at(0), [observation]);
  await opened.db.transaction().execute(async (tx) => {
    await insertWatch(tx, { deploymentId, service: 'payments', policy, now, endsAt });
    const row = await findWatchRow(tx, deploymentId);
    if (row === undefined) throw new Error('the watch is not there');
    const look = { observation, decision: { ...judged, ...(decision === undefined ? {} : { decision }) } };
    await saveLook(tx, row, { ...look, targets: null, end: null, now });
  });
  await opened.close();
}

describe('safety-gate rejudge', () => {
  test('says that the answer is the same, and ends with 0', async () => {
    await store('d-1');
    const { code, out } = await run('d-1');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/: the same answer\n {2}look 1 of .*: continue .*last digit/),
    ]);
  });

  test('says that it is another one, and ends with 1', async () => {
    await store('d-2', 'promote');
    const { code, out } = await run('d-2', '--format', 'json');
    expect([code, JSON.parse(out)]).toMatchObject([1, { outcome: 'different', looks: [{ same: false }] }]);
  });

  test.each<[string, string[], RegExp]>([
    ['a watch that is not there', ['watch_none'], /no watch "watch_none"/],
    ['no watch named', [], /name one watch/],
    ['a format that does not exist', ['d-1', '--format', 'xml'], /--format xml: one of text, json/],
    ['a flag that does not exist', ['d-1', '--all'], /accepted: --every-look, --format/],
  ])('ends with 2 for %s', async (_name, args, message) => {
    const { code, err } = await run(...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  test('asks the service that holds the store', async () => {
    const opened = await openStore(readEnvironment({ SAFETY_GATE_DATA: directory }, process.cwd()));
    const server = await serveControl(controlSocket(directory), opened.db, systemClock);
    try {
      expect(await run('d-1', '--every-look')).toMatchObject({ code: 0 });
    } finally {
      server.close();
      await opened.close();
    }
  });
});
