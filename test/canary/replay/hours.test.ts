import { describe, expect, test } from '@jest/globals';
import type { Comparison, Counts, RatioSeries } from '../../../src/canary/comparison.ts';
import type { ComparisonVerdict } from '../../../src/canary/judge-comparison.ts';
import { type ReplayPlan, replayHours, totalsOf, worstOf } from '../../../src/canary/replay/hours.ts';
import type { PastTraffic } from '../../../src/canary/replay/past-traffic.ts';
import { pastCanaries } from '../../../src/canary/replay/split.ts';
import { binomial, streamOf } from '../../../src/canary/simulation/random.ts';

const from = new Date('2026-03-02T00:00:00Z');
const plan: ReplayPlan = {
  split: { kind: 'thinning', share: 0.2 },
  seed: 'shop',
  alpha: 0.01,
  canaryPeriods: 20,
  everyPeriods: 30,
  historyPeriods: 40,
};

/** Zones of 5,000 requests a minute, 1 % failing, but for what `ratioOf` says. */
function pastOf(
  zones: readonly (string | null)[],
  length: number,
  ratioOf = (_zone: string | null, _at: number) => 0.01,
) {
  const slices = zones.map((zone) => {
    const random = streamOf(`past ${zone}`, 0);
    const errors = Array.from({ length }, (_, at): Counts | null => {
      const ratio = ratioOf(zone, at);
      return Number.isNaN(ratio) ? null : { events: binomial(random, 5000, ratio), total: 5000 };
    });
    return { zone, errors, slow: null };
  });
  return { from, periodSeconds: 60, slices } satisfies PastTraffic;
}

function verdictOf(verdict: ComparisonVerdict['verdict'], beyond: number): ComparisonVerdict {
  const evidence = {
    metric: 'errors',
    harm: beyond,
    threshold: 0,
    safety: 0,
    effect: null,
    periods: 1,
    state: 'judged',
  };
  return {
    id: 'a',
    verdict,
    decidedAt: verdict === 'rollback' ? 4 : null,
    metric: 'errors',
    evidence: [evidence as ComparisonVerdict['evidence'][number]],
    reasons: [],
  };
}

function errorsOf({ metrics: [errors] }: Pick<Comparison, 'metrics'>): RatioSeries {
  if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
  return errors;
}

describe('a replay', () => {
  test('judges a canary at each step that has a whole history before it and a whole canary behind it', () => {
    const seen: Comparison[] = [];
    const replayed = replayHours(pastOf([null], 120), plan, (comparison) => {
      seen.push(comparison);
      return verdictOf('promote', -3);
    });
    expect(replayed.map((one) => one.from)).toEqual([
      '2026-03-02T00:40:00.000Z',
      '2026-03-02T01:10:00.000Z',
      '2026-03-02T01:40:00.000Z',
    ]);
    for (const comparison of seen) {
      expect(comparison.policy).toMatchObject({ alpha: 0.01, plannedPeriods: 20 });
      const { canary, baseline, history } = errorsOf(comparison);
      expect([canary.length, baseline.length, history.length]).toEqual([20, 20, 40]);
    }
  });

  test('deals every request to one side, and the same way again with the same seed', () => {
    const past = pastOf([null], 100);
    const cut = (seed: string) =>
      pastCanaries(past, plan.split, (start) => streamOf(seed, start))[0]?.cut(40, 20, 40)[0];
    const errors = errorsOf({ metrics: [cut('shop')].flatMap((one) => one ?? []) });
    let dealt = 0;
    errors.canary.forEach((canary, at) => {
      const whole = past.slices[0]?.errors[40 + at];
      const baseline = errors.baseline[at];
      expect((canary?.events ?? 0) + (baseline?.events ?? 0)).toBe(whole?.events);
      expect((canary?.total ?? 0) + (baseline?.total ?? 0)).toBe(whole?.total);
      dealt += canary?.total ?? 0;
    });
    expect(dealt / 100_000).toBeCloseTo(0.2, 2);
    expect(cut('shop')).toEqual(errors);
    expect(cut('other')).not.toEqual(errors);
    expect(errors.history).toEqual(past.slices[0]?.errors.slice(0, 40));
  });

  test('has each zone in turn play the canary against the others together, whose past slices it knows', () => {
    const past = pastOf(['a', 'b', 'c'], 60);
    const canaries = pastCanaries(past, { kind: 'zones' }, () => Math.random);
    expect(canaries.map(({ zone }) => zone)).toEqual(['a', 'b', 'c']);
    const errors = errorsOf({ metrics: canaries[1]?.cut(40, 20, 40) ?? [] });
    const [a, b, c] = past.slices.map((slice) => slice.errors);
    expect(errors.canary).toEqual(b?.slice(40));
    expect(errors.baseline[0]?.events).toBe((a?.[40]?.events ?? 0) + (c?.[40]?.events ?? 0));
    expect(errors.parts).toEqual([a?.slice(0, 40), c?.slice(0, 40)]);
    expect(errors.exposure.canary[0]).toBeCloseTo(1 / 3);
  });

  test('finds the zone that was ill, and no other', () => {
    const ill = pastOf(['a', 'b', 'c'], 60, (zone, at) => (zone === 'c' && at >= 50 ? 0.1 : 0.01));
    const failing = (series: RatioSeries['canary']) => series.reduce((sum, one) => sum + (one?.events ?? 0), 0);
    const replayed = replayHours(ill, { ...plan, split: { kind: 'zones' } }, (comparison) => {
      const { canary, baseline } = errorsOf(comparison);
      const beyond = failing(canary) / failing(baseline) - 1; // a zone beside two others
      return verdictOf(beyond > 0 ? 'rollback' : 'promote', beyond);
    });
    expect(replayed.map(({ zone, verdict }) => [zone, verdict])).toEqual([
      ['a', 'promote'],
      ['b', 'promote'],
      ['c', 'rollback'],
    ]);
    expect(worstOf(replayed, 1)[0]).toBe(replayed[2]);
  });

  test('calls hours without requests no verdict', () => {
    const rested = pastOf([null], 60, () => Number.NaN);
    const replayed = replayHours(rested, plan, () => verdictOf('promote', 0));
    expect(replayed.map(({ verdict }) => verdict)).toEqual(['no-data']);
    expect(totalsOf(replayed, 0.01)).toMatchObject({ judged: 0, withoutData: 1, tooMany: false });
  });
});

describe('what a replay adds up to', () => {
  const replayed = (rollbacks: number, promotions: number) => {
    let left = rollbacks;
    const past = pastOf([null], 40 + 20 + 30 * (rollbacks + promotions - 1));
    return replayHours(past, plan, () => {
      left -= 1;
      return left >= 0 ? verdictOf('rollback', 1 + left) : verdictOf('inconclusive', -1);
    });
  };

  test('is how many were rolled back, and whether that is more than alpha allows', () => {
    const some = replayed(1, 49);
    expect(totalsOf(some, 0.01)).toEqual({
      judged: 50,
      promoted: 0,
      rolledBack: 1,
      inconclusive: 49,
      withoutData: 0,
      tooMany: false,
    });
    expect(totalsOf(replayed(4, 46), 0.01).tooMany).toBe(true);
    expect(some[0]).toMatchObject({ verdict: 'rollback', minute: 5, beyond: 1 });
  });

  test('names the worst first', () => {
    expect(worstOf(replayed(3, 5), 4).map(({ beyond }) => beyond)).toEqual([3, 2, 1, -1]);
  });
});
