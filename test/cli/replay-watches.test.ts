import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { openStore } from '../../src/cli/open-store.ts';
import { replayWatches } from '../../src/cli/replay-watches.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { at, observed } from '../support/observations.ts';

let directory = '';
const env = () => ({ SAFETY_GATE_DATA: join(directory, 'data') });
const io = () => ({
  env: env(),
  cwd: directory,
  stdin: Readable.from([]),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
});
const canary = canaryPolicy.parse({ settle: '0s', duration: '20m', metrics: ['error-ratio'] });
const service = { name: 'shop', canary };
const span = { from: new Date(at(-60)), to: new Date(at(60)) };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'replay-watches-'));
  const store = await openStore(readEnvironment(env(), directory));
  const minutes = (length: number, requests: number, errors: number) =>
    Array.from({ length }, () => ({ requests, errors, 'connection-errors': null }));
  const insert = async (id: string, startedAt: string, errors: number, decision: string, named = 'shop') => {
    const targets = {
      loadBalancer: 'app/shop/1',
      baseline: 'targetgroup/a/1',
      canary: 'targetgroup/b/2',
      cluster: null,
      service: null,
    };
    await store.db
      .insertInto('watches')
      .values({
        id,
        deployment_id: `d-${id}`,
        service: named,
        status: 'decided',
        decision,
        reasons: '[]',
        targets: JSON.stringify(targets),
        looks: 1,
        started_at: startedAt,
        ends_at: at(20),
        decided_at: at(20),
      })
      .execute();
    const observation = observed({
      canary: minutes(20, 5000, errors),
      baseline: minutes(20, 5000, 50),
      history: minutes(30, 10_000, 100),
    });
    const row = { watch_id: id, look: 0, fetched_at: at(20), observation: JSON.stringify(observation), decision: '{}' };
    await store.db.insertInto('observations').values(row).execute();
  };
  await insert('missed', at(0), 2500, 'promote');
  await insert('earlier', at(-90), 2500, 'promote');
  await insert('other', at(0), 2500, 'promote', 'billing');
  await store.close();
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true }));

describe('the watches of a time', () => {
  test('are judged again with the policy of now, beside what was decided then', async () => {
    const past = await replayWatches(io(), service, span);
    expect(past).toMatchObject({
      loadBalancer: 'app/shop/1',
      targetGroups: ['targetgroup/a/1', 'targetgroup/b/2'],
      unread: null,
    });
    expect(past.watches).toEqual([
      {
        watch: 'missed',
        deploymentId: 'd-missed',
        startedAt: at(0),
        decided: 'promote',
        replayed: 'rollback',
        reasons: expect.arrayContaining([expect.stringContaining('error-ratio')]),
      },
    ]);
  });

  test('are left out, and it is said, while the running service holds the store', async () => {
    const store = await openStore(readEnvironment(env(), directory));
    const past = await replayWatches(io(), service, span);
    await store.close();
    expect(past.watches).toEqual([]);
    expect(past.unread).toContain(join(directory, 'data'));
  });

  test('are left out where there is no store, and none is made', async () => {
    const elsewhere = { ...io(), env: { SAFETY_GATE_DATA: join(directory, 'none') } };
    expect((await replayWatches(elsewhere, service, span)).unread).toContain('there is no store in');
    expect((await replayWatches(elsewhere, service, span)).unread).toContain('there is no store in');
  });
});
