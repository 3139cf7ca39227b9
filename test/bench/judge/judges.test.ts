import { describe, expect, test } from '@jest/globals';
import { linearExcess } from '../../../bench/judge/counting.ts';
import { familyOf } from '../../../bench/judge/families.ts';
import { cellOf } from '../../../bench/judge/healthy-cells.ts';
import { single } from '../../../bench/judge/metric-sets.ts';
import { oracle, oracleDecision } from '../../../bench/judge/oracle.ts';
import { particles } from '../../../bench/judge/oracle-particles.ts';
import { kayentaJudges } from '../../../bench/judge/peers/kayenta.ts';
import { repeatedJudges } from '../../../bench/judge/peers/repeated.ts';
import { thresholdJudges } from '../../../bench/judge/peers/thresholds.ts';
import { drift, gammaNoise } from '../../../bench/judge/processes.ts';
import { streamOf } from '../../../bench/judge/random.ts';
import { add, count, emptyTally, medianDelay, rolledBackBy, wilson } from '../../../bench/judge/tally.ts';
import { play } from '../../../bench/judge/traffic.ts';

const load = { requestsPerMinute: 700, share: 0.5, errorPart: 0.005 };
const doubled = { factor: 2, shape: 'abrupt' } as const;
const peers = [...kayentaJudges, ...thresholdJudges, ...repeatedJudges];

function cell(family: string, effect: typeof doubled | null) {
  const of = familyOf(family);
  return cellOf(of, load, single('errors', load.errorPart, of.noise.counting, effect));
}

/** Part of the runs that a judge rolls back. */
function rolledBack(runs: number, decide: (run: number) => boolean): number {
  return Array.from({ length: runs }, (_, run) => decide(run)).filter((yes) => yes).length / runs;
}

describe('the oracle', () => {
  test.each(['poisson', 'clusters-of-six', 'linear-excess'])(
    '%s: looks for a doubling in vain in 1 of 95 healthy canaries at most',
    (family) => {
      const healthy = cell(family, null);
      const runs = 80;
      const rate = rolledBack(runs, (run) => {
        const { comparison, truth } = play(healthy, run);
        return oracleDecision(comparison, healthy, truth, 0, doubled) !== null;
      });
      expect(wilson(rate * runs, runs).lower).toBeLessThan(1 / 95);
    },
  );

  test('sums over gamma noise come to the negative binomial that they are', () => {
    const variation = 0.4;
    const excess = (mean: number) => mean * variation ** 2;
    const filter = particles({ shared: [], canary: [gammaNoise(variation)], slices: [] }, streamOf('sums', 0));
    const poisson = (events: number, mean: number) => events * Math.log(mean) - mean;
    const exact = (events: number, mean: number) =>
      linearExcess(excess(mean)).logMass(events, 1_000_000, mean / 1_000_000);
    let expected = 0;
    for (const events of [12, 30, 19, 22, 9, 25]) {
      const evidence = filter.step((logRate) => ({
        healthy: poisson(events, 15 * Math.exp(logRate)),
        ill: poisson(events, 30 * Math.exp(logRate)),
      }));
      expected += exact(events, 30) - exact(events, 15);
      expect(Math.abs(evidence - expected)).toBeLessThan(0.25);
    }
  });

  test('a drift that both sides share is read off the baseline', () => {
    const filter = particles({ shared: [drift(1, 30)], canary: [], slices: [[]] }, streamOf('drift', 0));
    const poisson = (events: number, mean: number) => events * Math.log(mean) - mean;
    let evidence = 0;
    // Both sides at three times their usual 100: healthy, though the canary alone looks ill.
    for (let minute = 0; minute < 10; minute += 1) {
      evidence = filter.step((canary, baseline) => {
        const beside = poisson(300, 100 * Math.exp(baseline));
        return {
          healthy: beside + poisson(30, 10 * Math.exp(canary)),
          ill: beside + poisson(30, 30 * Math.exp(canary)),
        };
      });
    }
    expect(evidence).toBeLessThan(-50);
  });

  test('finds a doubling of errors at 350 canary requests a minute in minutes', () => {
    const ill = cell('poisson', doubled);
    const tally = emptyTally();
    for (let run = 0; run < 60; run += 1) {
      const { comparison, truth } = play(ill, run);
      const call = oracle.judge(comparison, ill, truth);
      if (call !== null) count(tally, call, 0);
    }
    // Wald's expected length: about ln 95 / (1.75 (2 ln 2 - 1)) = 6.7 minutes.
    expect(medianDelay(tally, 0)).toBeGreaterThanOrEqual(4);
    expect(medianDelay(tally, 0)).toBeLessThanOrEqual(9);
    expect(rolledBackBy(tally, 59)).toBeGreaterThan(0.98);
  });

  test('has nothing to look for in a healthy cell', () => {
    const healthy = cell('poisson', null);
    const { comparison, truth } = play(healthy, 0);
    expect(oracle.judge(comparison, healthy, truth)).toBeNull();
  });
});

describe("the peers' judges", () => {
  const of = (name: string) => {
    const judge = peers.find((one) => one.name === name);
    if (judge === undefined) throw new Error(`${name}: no such peer`);
    return judge;
  };

  function errorsCanary(events: readonly (number | null)[], total = 100) {
    const healthy = cell('poisson', null);
    const { comparison, truth } = play(healthy, 0);
    const canary = events.map((number) => (number === null ? null : { events: number, total }));
    const baseline = events.map(() => ({ events: 0, total }));
    const [errors] = comparison.metrics;
    if (errors?.kind !== 'ratio') throw new Error('errors are a ratio');
    const metrics = [{ ...errors, canary, baseline }];
    const policy = { ...comparison.policy, plannedPeriods: events.length };
    return (name: string) => of(name).judge({ ...comparison, policy, metrics }, healthy, truth)?.decidedAt;
  }

  test('Flagger never forgets a failed check, and no value is one', () => {
    const decided = errorsCanary([2, 0, 2, null, 2, 0, 0, 2, 0, 0]);
    expect(decided('flagger-5')).toBe(7);
  });

  test('Argo fails beyond its limit of failed measurements', () => {
    const decided = errorsCanary([0, 6, 6, 6, 0, 6, 0]);
    expect([decided('argo-0'), decided('argo-3')]).toEqual([1, 5]);
  });

  test('an alarm of two windows waits for both', () => {
    const decided = errorsCanary([...new Array<number>(5).fill(0), ...new Array<number>(10).fill(6)]);
    expect([decided('alarm-1x60s'), decided('alarm-2x300s')]).toEqual([5, 14]);
  });

  test('every peer sees twenty times the errors among many requests', () => {
    const of20 = { factor: 20, shape: 'abrupt' } as const;
    const family = familyOf('poisson');
    const ill = cellOf(family, load, single('errors', load.errorPart, family.noise.counting, of20));
    const { comparison, truth } = play(ill, 0);
    expect(peers.filter((judge) => judge.judge(comparison, ill, truth)?.verdict !== 'rollback')).toEqual([]);
  });

  test('thresholds on errors have nothing to say of latency', () => {
    const family = familyOf('poisson');
    const slow = cellOf(family, load, single('latency-p95', load.errorPart, family.noise.counting, null));
    const { comparison, truth } = play(slow, 0);
    expect(thresholdJudges.map((judge) => judge.judge(comparison, slow, truth))).toEqual(
      thresholdJudges.map(() => null),
    );
  });
});

describe('tallies', () => {
  test('add up, and tell the median from the begin of the regression', () => {
    const one = emptyTally();
    for (const at of [1, 3, 3, 8]) count(one, { verdict: 'rollback', decidedAt: at }, 1);
    const other = emptyTally();
    count(other, { verdict: 'promote', decidedAt: 59 }, 1);
    add(one, other);
    expect([one.runs, one.verdicts.rollback, one.verdicts.promote, one.milliseconds]).toEqual([5, 4, 1, 5]);
    expect([medianDelay(one, 0), medianDelay(one, 3)]).toEqual([4, 6]);
    expect(rolledBackBy(one, 3)).toBeCloseTo(0.6, 12);
  });

  test("Wilson's interval is SciPy's proportion_ci(method='wilson')", () => {
    const { lower, upper } = wilson(3, 100);
    expect([lower, upper].map((part) => part.toFixed(6))).toEqual(['0.010255', '0.084519']);
    expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 });
  });
});
