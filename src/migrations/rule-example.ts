import type { Hazard, Rule } from './hazard.ts';
import { lint } from './lint.ts';

/** What the rule says of its own first example, with the safer way; undefined for a rule without one. */
export async function exampleHazard({ id, dialects, examples, versions }: Rule): Promise<Hazard | undefined> {
  const { history, bad, ...more } = examples.after ?? { history: '', bad: undefined };
  const sql = examples.bad[0] ?? bad;
  if (sql === undefined) return undefined;
  const report = await lint({
    files: [{ path: 'example.sql', sql }],
    history: sql === bad ? [{ path: 'history.sql', sql: history }] : [],
    dialect: dialects[0],
    ...(versions?.to === undefined ? {} : { serverVersion: String(versions.to) }),
    ...more,
    settings: { info: true },
  });
  const hazards = report.files.flatMap(({ statements }) => statements.flatMap((statement) => statement.hazards));
  return hazards.find(({ rule }) => rule === id);
}
