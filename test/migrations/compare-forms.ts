import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TraceDatabase } from '../../src/trace/database.ts';
import { type FormGroup, formGroups, standsOn } from './forms.ts';
import { createFormTrial, type FormTrial } from './try-form.ts';

/** Groups of every so many, so that several test files share the work. */
export function formGroupsOf(share: number, shares: number, major: number): readonly FormGroup[] {
  return formGroups.filter((group, at) => at % shares === share && standsOn(group, major));
}

/** Tests that say of each form what the server does with it. */
export function compareForms(
  engine: { readonly name: string; readonly major: number; readonly open: () => Promise<TraceDatabase> },
  groups: readonly FormGroup[],
): void {
  describe(`static effects are what ${engine.name} ${engine.major} does:`, () => {
    let database: TraceDatabase;
    let trial: FormTrial;

    beforeAll(async () => {
      database = await engine.open();
      trial = await createFormTrial(database);
    }, 60_000);

    afterAll(() => database.close());

    const cases = groups.flatMap((group) =>
      group.forms
        .filter((form) => standsOn(form, engine.major) && form.unlike === undefined)
        .map((form) => [`${group.path}:${form.line} ${form.sql}`, group, form] as const),
    );

    test.each(cases)('%s', async (_, group, form) => {
      const refuses = form.refusedBy !== undefined && standsOn(form.refusedBy, engine.major);
      const tried = await trial.try(group, form);
      const seen = tried.status === 'refused' ? { refused: tried.message } : { differences: tried.differences };
      expect(seen).toEqual(refuses ? { refused: expect.any(String) } : { differences: [] });
    });
  });
}
