import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Played } from '../../support/play-counts.ts';

const runs = 500;

function play(factor: number, times: number, periods = 12): readonly Played[] {
  const given = ['--no-warnings', 'test/support/play-counts.ts', ...[factor, times, periods].map(String)];
  return JSON.parse(execFileSync(process.execPath, given, { encoding: 'utf8' }));
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function standardError(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - middle) ** 2)) / (values.length - 1));
}

// Seeded, so that these are figures and no chance; the bounds are three standard errors wide, as chance would need them.
describe('evidence against canaries of a known Poisson rate', () => {
  const healthy = play(1, runs);

  test('is a fair bet that they are worse: its mean at the end is 1 at most', () => {
    const bets = healthy.map(({ bet }) => bet);
    expect(bets).toHaveLength(runs);
    expect(bets.every((bet) => bet > 0)).toBe(true);
    expect(mean(bets)).toBeLessThanOrEqual(1 + 3 * standardError(bets));
  });

  test.each([2, 5, 20])('ever reaches ln %d in one run of as many at most', (odds) => {
    const reached = healthy.filter(({ most }) => most >= Math.log(odds)).length / runs;
    expect(reached).toBeLessThanOrEqual(1 / odds + 3 * Math.sqrt(((1 / odds) * (1 - 1 / odds)) / runs));
  });

  test('has a confidence sequence that keeps the true factor, at all looks together', () => {
    const missed = healthy.filter(({ isCovered }) => !isCovered).length / runs;
    expect(missed).toBeLessThanOrEqual(0.01 + 3 * Math.sqrt((0.01 * 0.99) / runs));
  });

  test.each([1, 3])('promotes hardly one in twenty that are twice as bad, after %d periods', (periods) => {
    const promoted = play(2, 300, periods).filter(({ isSafe }) => isSafe).length / 300;
    expect(promoted).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 300));
    const healthyOnes = play(1, 100, 12).filter(({ isSafe }) => isSafe).length;
    expect(healthyOnes).toBeGreaterThan(80);
  });

  test('is still a number after ten thousand periods', () => {
    const [played] = play(1, 1, 10_000);
    expect(played).toMatchObject({ periods: 10_000, isCovered: true });
    expect(played?.bet).toBeLessThan(1);
    expect(played?.most).toBeLessThan(Math.log(100));
  });

  test('is no fair bet where they are worse by half', () => {
    expect(mean(play(1.5, 60).map(({ bet }) => bet))).toBeGreaterThan(10);
  });
});
