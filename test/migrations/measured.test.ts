import { describe, expect, test } from '@jest/globals';
import { analyseCase, analysed, fixtureRelations, measuredOn, measurements } from './measured.ts';

/** Where the vectors do not say what the statement does, with the reason. */
const notComparable: Readonly<Record<string, string>> = {
  add_pk_using_index_notnull: 'the lock was held since the preparation, which the vectors leave out',
  set_not_null_with_nv_nn: 'the lock was held since the preparation, which the vectors leave out',
  typed_of: 'the lock was held since the preparation, which the vectors leave out',
  drop_schema: 'the table was made in the preparation, so it is not in the vectors',
  idx_on_new_table: 'the table was made in the preparation, so it is not in the vectors',
  insert: 'one row of the referenced table was looked up by a sequential scan: the planner, not the statement',
};

const relations = fixtureRelations();

describe.each([12, 13, 14, 15, 16, 17, 18])('static effects are what PostgreSQL %i did', (version) => {
  const cases = measurements.cases.flatMap((each) => {
    const result = each.results.find(({ majors, error }) => majors.includes(version) && !error);
    return result === undefined || each.id in notComparable ? [] : [[each.id, each.sql, each, result] as const];
  });

  test.each(cases)('%s: %s', async (_id, _sql, each, result) => {
    const statement = await analyseCase(each, version);
    expect(statement === undefined ? undefined : analysed(statement)).toEqual(
      measuredOn(result, (name) => relations.has(name)),
    );
  });

  test('nearly all of the vectors are compared', () => {
    expect(cases.length).toBeGreaterThanOrEqual(189);
  });
});

test('of the measured statements, those that are slow while they block get an error, and no quick one does', async () => {
  // These are errors for what is lost, cannot run, or breaks the version that still runs.
  const byItself = (rule: string): boolean =>
    !/^(drop|rename|truncate|unbounded|add-required|narrow|lock-table|row-security)/.test(rule);
  const wrong: string[] = [];
  for (const each of measurements.cases) {
    const result = each.results.find(({ majors, error }) => majors.includes(17) && !error);
    if (result === undefined || each.pre !== undefined) continue;
    const measured = measuredOn(result, (name) => relations.has(name));
    const blocks = (name: string): boolean =>
      /^(Share|ShareRowExclusive|Exclusive|AccessExclusive)Lock$/.test(measured.locks[name] ?? '');
    const slow = [...measured.rewrites, ...measured.scans].some(blocks) && !each.sql.startsWith('truncate');
    const hazards = (await analyseCase(each, 17))?.hazards ?? [];
    const reported = hazards.some(({ rule, severity }) => severity === 'error' && byItself(rule));
    if (slow !== reported) wrong.push(`${each.sql}: ${slow ? 'missed' : 'wrongly reported'}`);
  }
  expect(wrong).toEqual([]);
});
