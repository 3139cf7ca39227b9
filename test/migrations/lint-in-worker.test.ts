import { afterAll, describe, expect, test } from '@jest/globals';
import { createLintPool, LintCrashed, LintTimeLimitExceeded } from '../../src/migrations/lint-in-worker.ts';

const pool = createLintPool({ maxThreads: 2, timeoutSeconds: 20 });
afterAll(() => pool.close());

describe('a lint in a worker', () => {
  test('gives the same report', async () => {
    const report = await pool.run({ files: [{ path: 'a.sql', sql: 'DROP TABLE x' }] });
    expect(report.summary.errors).toBe(1);
  });

  test('that overruns its time is killed, and the next one runs', async () => {
    const short = createLintPool({ maxThreads: 1, timeoutSeconds: 0.05 });
    const files = [{ path: 'a.sql', sql: 'CREATE TABLE t (a int);\n'.repeat(150_000) }];
    await expect(short.run({ files })).rejects.toBeInstanceOf(LintTimeLimitExceeded);
    await short.close();
    await expect(pool.run({ files: [{ path: 'a.sql', sql: 'SELECT 1' }] })).resolves.toMatchObject({ verdict: 'pass' });
  });

  test('whose worker cannot start says so', async () => {
    const broken = createLintPool({
      maxThreads: 1,
      timeoutSeconds: 20,
      worker: new URL('./no-such-worker.ts', import.meta.url),
    });
    await expect(broken.run({ files: [] })).rejects.toBeInstanceOf(LintCrashed);
    await broken.close();
  });

  test('leaves the event loop free', async () => {
    const files = [{ path: 'a.sql', sql: 'CREATE TABLE t (a int);\n'.repeat(40_000) }];
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    let done = false;
    setImmediate(turn);
    await pool.run({ files });
    done = true;
    expect(turns).toBeGreaterThan(100);
  });
});
