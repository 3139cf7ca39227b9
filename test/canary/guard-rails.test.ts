import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Counts } from '../../src/canary/comparison.ts';
import {
  type CountRail,
  createCountGuard,
  type LevelRail,
  levelBeyond,
  saturation,
} from '../../src/canary/guard-rails.ts';
import type { Reason } from '../../src/reason.ts';
import { seeded } from '../support/random.ts';

const rail: CountRail = { metric: 'error-ratio', limit: 0.25, alpha: 1e-4, plannedPeriods: 60 };
const level: LevelRail = { metric: 'cpu', limit: 90, side: 'above', needed: 3, among: 5, shared: false };
const pool = { metric: 'connections', capacity: 200, needed: 2, among: 3, shared: true };

/** What the guard says after the last of the periods. */
function countsBeyond(periods: readonly (Counts | null)[], guarded: CountRail): Reason | null {
  const guard = createCountGuard(guarded);
  return periods.reduce<Reason | null>((_, counts) => guard(counts), null);
}

function binomial(random: () => number, total: number, part: number): number {
  let events = 0;
  for (let one = 0; one < total; one += 1) if (random() < part) events += 1;
  return events;
}

const anyCounts = fc
  .tuple(fc.nat(500), fc.nat(500))
  .map(([a, b]) => ({ events: Math.min(a, b), total: Math.max(a, b) }));
const anyPeriods = fc.array(fc.option(anyCounts), { maxLength: 60 });

describe('a part of requests that is an absolute limit', () => {
  test('nearly half of 35 requests ends a canary in its fourth period, of 700 in the first', () => {
    const ill = { events: 16, total: 35 };
    expect(countsBeyond([ill, ill, ill], rail)).toBeNull();
    expect(countsBeyond([ill, ill, ill, ill], rail)).toMatchObject({
      code: 'guard-rail-counts',
      events: 64,
      total: 140,
    });
    expect(countsBeyond([{ events: 320, total: 700 }], rail)).toMatchObject({ events: 320, total: 700, limit: 0.25 });
  });

  test('that is passed from the fortieth period on is found then', () => {
    const calm = Array.from({ length: 39 }, () => ({ events: 2, total: 100 }));
    expect(countsBeyond(calm, rail)).toBeNull();
    const ill = countsBeyond([...calm, { events: 80, total: 100 }], rail);
    expect(ill).toMatchObject({ events: 80, total: 100 });
  });

  test('a canary exactly at the limit is ended in at most alpha of the runs', () => {
    const random = seeded(7);
    const ended = Array.from({ length: 400 }, () => {
      const guard = createCountGuard({ ...rail, alpha: 0.05 });
      const reasons = Array.from({ length: 60 }, () => guard({ events: binomial(random, 30, 0.25), total: 30 }));
      return reasons.some((reason) => reason !== null);
    });
    expect(ended.filter(Boolean).length).toBeLessThanOrEqual(20);
  });

  test('nothing, missing periods and no traffic end nothing', () => {
    expect(countsBeyond([], rail)).toBeNull();
    expect(countsBeyond([null, { events: 0, total: 0 }, null], rail)).toBeNull();
  });

  test('counts that stay at or below the limit never end a canary', () => {
    fc.assert(
      fc.property(anyPeriods, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (periods, limit) => {
        const calm = periods.map(
          (one) => one && { ...one, events: Math.min(one.events, Math.floor(limit * one.total)) },
        );
        expect(countsBeyond(calm, { ...rail, limit })).toBeNull();
      }),
    );
  });

  test('one event more never takes evidence away', () => {
    fc.assert(
      fc.property(anyPeriods, anyCounts, (periods, last) => {
        fc.pre(last.events < last.total);
        const worse = { ...last, events: last.events + 1 };
        if (countsBeyond([...periods, last], rail) !== null)
          expect(countsBeyond([...periods, worse], rail)).not.toBeNull();
      }),
    );
  });
});

describe('a level beyond its limit', () => {
  test.each<[string, (number | null)[], Partial<LevelRail>, readonly number[] | null]>([
    ['three of the last five', [95, 50, 96, null, 97], {}, [95, 96, 97]],
    ['two of five are too few', [95, 50, 96, null, 50], {}, null],
    ['older ones do not count', [95, 95, 95, 50, 50, 50], {}, null],
    ['the limit itself is not beyond it', [90, 90, 90, 90, 90], {}, null],
    ['below, where less is worse', [1, 2, 3], { side: 'below', limit: 5 }, [1, 2, 3]],
    ['nothing is not beyond', [null, null, null], {}, null],
  ])('%s', (_, values, changes, expected) => {
    const reason = levelBeyond(values, { ...level, ...changes });
    expect(reason?.values ?? null).toEqual(expected);
  });

  test('k of n is what it says, for all k, n and values', () => {
    const anyValue = fc.option(fc.integer({ min: -100, max: 100 }));
    fc.assert(
      fc.property(fc.array(anyValue), fc.integer({ min: 1, max: 5 }), fc.nat(5), (values, needed, more) => {
        const among = needed + more;
        const found = values.slice(-among).filter((value) => value !== null && value > 0).length;
        const reason = levelBeyond(values, { ...level, limit: 0, needed, among });
        expect(reason !== null).toBe(found >= needed);
      }),
    );
  });
});

describe('a resource that fills up', () => {
  test.each([
    ['well below', [100, 120, 110], null],
    ['at four fifths it warns', [160, 165, 150], 'warn'],
    ['at 95 % it fails', [191, 150, 190], 'fail'],
    ['one period is no saturation', [100, 100, 199], null],
    ['missing periods do not fill it', [null, null, 199], null],
  ] as const)('%s', (_, values, expected) => {
    expect(saturation(values, pool)?.level ?? null).toBe(expected);
  });

  test('says that it may not be the release where both versions share it', () => {
    const text = saturation([195, 196, 197], pool)?.reason.text;
    expect(text).toContain('197 of 200');
    expect(text).toContain('may not be the release');
    expect(saturation([195, 196, 197], { ...pool, shared: false })?.reason.text).not.toContain('release');
  });

  test('a fuller resource is never judged less ill', () => {
    const rank = { null: 0, warn: 1, fail: 2 };
    const anyFill = fc.array(fc.nat(200), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(anyFill, fc.nat(50), (values, more) => {
        const before = saturation(values, pool)?.level ?? 'null';
        const after =
          saturation(
            values.map((value) => value + more),
            pool,
          )?.level ?? 'null';
        expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      }),
    );
  });
});
