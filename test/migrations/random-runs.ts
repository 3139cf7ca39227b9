import fc from 'fast-check';
import type { TraceDatabase } from '../../src/trace/database.ts';
import { replay } from '../../src/trace/replay.ts';
import { preparation, randomHistory } from './random-statements.ts';
import { emptyDatabase } from './try-form.ts';

export interface RandomRun {
  /** Random statements that the server accepted; what every history begins with does not count. */
  readonly compared: number;
  /** Statements about which analysis and server differ, each with what differs. */
  readonly differing: readonly string[];
}

export async function runHistory(history: readonly string[], database: TraceDatabase): Promise<RandomRun> {
  await database.run(emptyDatabase);
  const sql = `${history.join(';\n')};`;
  const { statements, unreadable } = await replay({ files: [{ path: 'random.sql', sql }], unreadable: [] }, database);
  if (unreadable.length > 0) throw new Error(`${unreadable[0]?.error.message}: ${sql}`);
  const differing = statements.flatMap(({ text, outcome }) =>
    outcome.status === 'compared' && outcome.differences.length > 0
      ? [`${text}: ${JSON.stringify(outcome.differences)}`]
      : [],
  );
  const compared = statements.filter(
    ({ text, outcome }) => outcome.status === 'compared' && !preparation.includes(text),
  );
  return { compared: compared.length, differing };
}

/** Tries random histories; the first that differs is made as small as it can be and reported. */
export async function tryRandomHistories(
  database: TraceDatabase,
  options: { readonly seed: number; readonly runs: number },
): Promise<{ readonly compared: number; readonly counterexample: readonly string[] | undefined }> {
  let compared = 0;
  let broken: unknown;
  const property = fc.asyncProperty(randomHistory, async (history) => {
    try {
      const run = await runHistory(history, database);
      compared += run.compared;
      return run.differing.length === 0;
    } catch (error) {
      broken ??= error; // fast-check would go on and make the history smaller
      throw error;
    }
  });
  const { counterexample } = await fc.check(property, { seed: options.seed, numRuns: options.runs });
  if (broken !== undefined) throw broken;
  return { compared, counterexample: counterexample?.[0] };
}
