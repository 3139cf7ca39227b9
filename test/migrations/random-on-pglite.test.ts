import { afterAll, expect, test } from '@jest/globals';
import { openEmbedded } from '../../src/trace/embedded.ts';
import { runHistory, tryRandomHistories } from './random-runs.ts';

const database = await openEmbedded();
afterAll(() => database.close());

// A longer run with other seeds and on other majors: node bench/random-effects.ts
test('what is said of random histories is what PostgreSQL does', async () => {
  const { compared, counterexample } = await tryRandomHistories(database, { seed: 20, runs: 90 });
  const differing = counterexample === undefined ? [] : (await runHistory(counterexample, database)).differing;
  expect({ counterexample, differing }).toEqual({ counterexample: undefined, differing: [] });
  expect(compared).toBeGreaterThan(400);
}, 120_000);
