/**
 * The forms of test/migrations/vectors/forms on native PostgreSQL servers, static effects against observed ones:
 *
 *   node bench/native-servers.ts start
 *   node bench/effects.ts [--all] [MAJOR…]     prints what differs, and agreement by major; --all prints refusals, too
 */
import type { Difference } from '../src/trace/compare.ts';
import { openServer } from '../src/trace/server.ts';
import { formGroups, standsOn } from '../test/migrations/forms.ts';
import { createFormTrial } from '../test/migrations/try-form.ts';

const options = process.argv.slice(2);
const named = options.filter((each) => /^\d+$/.test(each)).map(Number);
const majors = named.length > 0 ? named : [12, 13, 14, 15, 16, 17, 18];
const wanted = options.filter((each) => each.endsWith('.sql'));

const spell = ({ what, relation = '', index = '', claimed = '-', observed = '-' }: Difference): string =>
  `${what} ${relation} ${index} claimed ${claimed}, observed ${observed}`;

const table: Record<string, number | string>[] = [];
for (const major of majors) {
  const database = await openServer(`postgres://postgres@127.0.0.1:${55_400 + major}/postgres`);
  const counts = {
    major,
    forms: 0,
    refused: 0,
    refusedRightly: 0,
    opaque: 0,
    outside: 0,
    equal: 0,
    different: 0,
    locksWrong: 0,
    unlike: 0,
  };
  try {
    const trial = await createFormTrial(database);
    for (const group of formGroups.filter((each) => standsOn(each, major))) {
      if (wanted.length > 0 && !wanted.includes(group.path)) continue;
      try {
        await trial.prepare(group);
      } catch (error) {
        process.stdout.write(`${major} ${group.path}:0 fixture\n    BROKEN ${error}\n`);
        continue;
      }
      for (const form of group.forms.filter((each) => standsOn(each, major))) {
        counts.forms += 1;
        const place = `${major} ${group.path}:${form.line} ${form.sql}`;
        const tried = await trial.try(group, form);
        const refuses = form.refusedBy !== undefined && standsOn(form.refusedBy, major);
        if (refuses && tried.status === 'refused') counts.refusedRightly += 1;
        else if (refuses) process.stdout.write(`${place}\n    NOT REFUSED\n`);
        if (tried.status === 'refused') {
          if (refuses) continue;
          counts.refused += 1;
          process.stdout.write(`${place}\n    REFUSED ${tried.message}\n`);
          continue;
        }
        if (tried.opaqueReason !== undefined) counts.opaque += 1;
        if (tried.transaction === 'forbidden') counts.outside += 1;
        if (tried.differences.length === 0) counts.equal += 1;
        else if (form.unlike !== undefined) counts.unlike += 1;
        else {
          counts.different += 1;
          if (tried.differences.some(({ what }) => what.startsWith('lock'))) counts.locksWrong += 1;
          process.stdout.write(`${place}\n    ${tried.differences.map(spell).join('\n    ')}\n`);
        }
      }
    }
  } catch (error) {
    process.stdout.write(`${major}: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  } finally {
    await database.close();
  }
  table.push(counts);
}
console.table(table);
if (table.some(({ different, refused }) => different !== 0 || refused !== 0)) process.exitCode = 1;
