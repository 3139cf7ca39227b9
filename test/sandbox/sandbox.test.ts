import { afterEach, describe, expect, test } from '@jest/globals';
import { hooksAt, noon, type Stage, shop, stageShop, statusOf, turn, weightsOf } from './real-clients.ts';

let stage: Stage;
afterEach(() => stage.close());

describe('time', () => {
  test('follows the clock it was given when ticked, and never goes back', async () => {
    let now = noon;
    stage = await stageShop({ installSeconds: 0 }, { clock: { now: () => now } });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    now = new Date(noon.getTime() + 299_000);
    stage.sandbox.tick();
    expect(await weightsOf(stage, id)).toEqual({ Blue: 90, Green: 10 });
    now = new Date(noon.getTime() + 300_000);
    stage.sandbox.tick();
    expect(await weightsOf(stage, id)).toEqual({ Blue: 0, Green: 100 });
    now = noon;
    stage.sandbox.tick();
    expect(stage.sandbox.clock.now()).toEqual(new Date(noon.getTime() + 300_000));
  });

  test('in one great leap or in small steps ends in the same state', async () => {
    const ends: unknown[] = [];
    for (const step of [2000, 1, 7]) {
      await stage?.close();
      stage = await stageShop({ shift: { kind: 'linear', percent: 20, seconds: 90 } });
      const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
      for (let gone = 0; gone < 2000; gone += step) stage.sandbox.advance(Math.min(step, 2000 - gone));
      const { events, completedAt } = stage.sandbox.deployment(id);
      ends.push({ events, completedAt });
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
  });
});

describe('a hook', () => {
  test('may be named by the ARN of its function', async () => {
    stage = await stageShop({
      hooks: { BeforeInstall: 'arn:aws:lambda:us-east-1:123456789012:function:gate-before-install' },
    });
    stage.sandbox.hooks.register('gate-before-install', () => undefined);
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    await turn(stage, 0);
    expect(stage.sandbox.hooks.calls.map((call) => call.functionName)).toEqual(['gate-before-install']);
    expect(await statusOf(stage, id)).toBe('InProgress');
  });

  test('of a release takes the place of those of the group', async () => {
    stage = await stageShop({ hooks: hooksAt('BeforeInstall') });
    const id = stage.sandbox.release({ ...shop, image: 'repo/shop:2', hooks: {} });
    await turn(stage, 1000);
    expect(await statusOf(stage, id)).toBe('Succeeded');
    expect(stage.sandbox.hooks.calls).toEqual([]);
  });
});

describe('setting up', () => {
  test('refuses what it cannot hold, by name', async () => {
    stage = await stageShop();
    const setup = { ...shop, cluster: 'main', service: 'shop', image: 'repo/shop:1' };
    expect(() => stage.sandbox.addGroup(setup)).toThrow('shop/shop-production already');
    expect(() => stage.sandbox.addGroup({ ...setup, deploymentGroup: 'other' })).toThrow('main/shop already');
    expect(() => stage.sandbox.release({ ...shop, application: 'none', image: 'i' })).toThrow('none/shop-production');
    expect(() => stage.sandbox.deployment('d-AAAAAAAAA')).toThrow('no deployment d-AAAAAAAAA');
    const running = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    expect(() => stage.sandbox.release({ ...shop, image: 'repo/shop:3' })).toThrow(`busy with ${running}`);
  });

  test('takes several groups, each with its own service and traffic', async () => {
    stage = await stageShop();
    stage.sandbox.addGroup({
      application: 'bank',
      deploymentGroup: 'bank-production',
      cluster: 'main',
      service: 'bank',
      image: 'repo/bank:1',
    });
    const one = stage.sandbox.release({ ...shop, image: 'repo/shop:2' });
    const other = stage.sandbox.release({
      application: 'bank',
      deploymentGroup: 'bank-production',
      image: 'repo/bank:2',
    });
    await turn(stage, 1000);
    expect([await statusOf(stage, one), await statusOf(stage, other)]).toEqual(['Succeeded', 'Succeeded']);
  });
});
