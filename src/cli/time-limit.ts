import { Script } from 'node:vm';
import type { Within } from '../migrations/lint.ts';
import { LintTimeLimitExceeded } from '../migrations/lint-in-worker.ts';

const work = Symbol.for('safety-gate.work');

/**
 * Stops work in this very thread when its time is up, be it in JavaScript or in WebAssembly: what V8 does for a script with
 * a timeout, which costs nothing to start, while a worker that could be killed takes 30 ms. What was stopped is not to be
 * used again; the process is about to end.
 * @param seconds for all work together, from now on
 */
export function createTimeLimit(seconds: number): Within {
  // Not performance.now(): Node loads its performance hooks when somebody first asks for them.
  const deadline = process.uptime() + seconds;
  const script = new Script('globalThis[Symbol.for("safety-gate.work")]()');
  const scope = new Script('globalThis').runInThisContext() as Record<symbol, unknown>; // a script's value has no type
  return <T>(task: () => T): T => {
    const remainingMs = Math.ceil((deadline - process.uptime()) * 1000);
    if (remainingMs <= 0) throw new LintTimeLimitExceeded(seconds);
    let outcome: { readonly value: T } | undefined;
    scope[work] = () => {
      outcome = { value: task() };
    };
    try {
      script.runInThisContext({ timeout: remainingMs, displayErrors: false });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // node:vm names its own error so
      if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new LintTimeLimitExceeded(seconds);
      throw error;
    } finally {
      delete scope[work];
    }
    if (outcome === undefined) throw new Error('the script did not run its work');
    return outcome.value;
  };
}
