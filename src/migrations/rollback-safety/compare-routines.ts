import { type Catalog, key, type Routine } from '../catalog/catalog.ts';
import { breaks, type Difference, unknown } from './difference.ts';
import { later, quotedPair } from './split.ts';

function nameOf(routine: Routine): string {
  return `${routine.schema}.${routine.name}`;
}

function words(routine: Routine): string {
  return `${routine.kind} ${quotedPair(routine)}(${routine.inputs?.join(', ') ?? ''})`;
}

function sameInputs(one: Routine, other: Routine): boolean {
  return one.inputs === undefined || other.inputs === undefined || one.inputs.join() === other.inputs.join();
}

/** Overloads that a call of the old one may mean as well. PostgreSQL: func_select_candidate, parse_func.c. */
function rivals(before: Routine, now: readonly Routine[]): Difference[] {
  const old = before.inputs;
  if (old === undefined) return [];
  return now.flatMap((other): Difference[] => {
    if (other.origin !== 'set' || other.inputs === undefined || sameInputs(before, other)) return [];
    const least = other.inputs.length - other.defaults;
    const counts = old.length - before.defaults <= other.inputs.length && least <= old.length;
    if (!counts) return [];
    const detail = other.inputs.join();
    const alike = other.inputs.length > old.length && old.every((type, at) => other.inputs?.[at] === type);
    const text = `${words(other)} beside ${words(before)}`;
    return alike
      ? [
          {
            ...breaks(
              'routine-ambiguous',
              nameOf(before),
              `${text}: calls that fit both fail as not unique`,
              later(
                'code that calls the new one under a name of its own',
                `DROP FUNCTION ${quotedPair(before)}(${old.join(', ')});`,
              ),
            ),
            detail,
          },
        ]
      : [
          {
            ...unknown(
              'routine-ambiguous',
              nameOf(before),
              `${text}: calls may mean the new one, or fail as not unique`,
            ),
            detail,
          },
        ];
  });
}

function changes(before: Routine, now: Routine): Difference[] {
  const object = nameOf(before);
  const detail = before.inputs?.join() ?? '';
  const found: Difference[] = [];
  if (before.returns === '?' || now.returns === '?') {
    if (before.returns !== now.returns)
      found.push(
        unknown('routine-changed', object, `${words(before)} is made anew, and what it gave before is not known`),
      );
  } else if (before.returns !== now.returns)
    found.push(
      breaks(
        'routine-changed',
        object,
        `${words(before)} gives ${now.returns || 'nothing'} instead of ${before.returns || 'nothing'}: calls that use the result fail`,
      ),
    );
  if (now.defaults < before.defaults)
    found.push(
      breaks('routine-changed', object, `${words(before)} has fewer defaults: calls that leave arguments out fail`),
    );
  const renamed = before.inputNames.some((name, at) => name !== '' && now.inputNames[at] !== name);
  if (renamed)
    found.push(
      breaks('routine-changed', object, `arguments of ${words(before)} have other names: calls that name them fail`),
    );
  if (before.kind !== now.kind) found.push(breaks('routine-changed', object, `${words(before)} is a ${now.kind} now`));
  const same = before.body === now.body && before.options === now.options;
  if (found.length === 0 && !same)
    found.push(
      unknown(
        'routine-changed',
        object,
        `${words(before)} has another body or other options: what it makes of the previous version's calls is not known`,
      ),
    );
  return found.map((difference) => ({ ...difference, detail }));
}

/** What is different for calls that know the routine as it was. */
export function compareRoutine(before: Routine, catalog: Catalog): Difference[] {
  const all = catalog.routines.get(key(before.schema, before.name)) ?? [];
  const now = all.find((each) => sameInputs(before, each));
  if (now === before) return rivals(before, all);
  if (now !== undefined) return [...changes(before, now), ...rivals(before, all)];
  const word = before.kind === 'procedure' ? 'PROCEDURE' : 'FUNCTION';
  const sql = `DROP ${word} ${quotedPair(before)}${before.inputs === undefined ? '' : `(${before.inputs.join(', ')})`};`;
  // CREATE OR REPLACE without the history does not tell whether there was something to replace.
  if (before.origin === 'assumed' && before.returns !== '?') {
    const detail = before.inputs?.join() ?? '';
    return [
      {
        ...unknown(
          'routine-gone',
          nameOf(before),
          `${words(before)} is gone: if it was there before, calls of it fail`,
        ),
        detail,
      },
    ];
  }
  const text = `${words(before)} is gone: calls of it fail`;
  return [
    {
      ...breaks('routine-gone', nameOf(before), text, later(`code that does not call ${quotedPair(before)}`, sql)),
      detail: before.inputs?.join() ?? '',
    },
  ];
}

/** Where not all routines are known, a new one with defaults may stand beside an old one that its calls fit as well. */
export function unseenRivals(catalog: Catalog): Difference[] {
  if (catalog.complete) return [];
  const met = new Set(catalog.assumedRoutines.map((routine) => key(routine.schema, routine.name)));
  return [...catalog.routines].flatMap(([at, all]) =>
    met.has(at)
      ? []
      : all
          .filter(({ origin, defaults }) => origin === 'set' && defaults > 0)
          .map((routine) => ({
            ...unknown(
              'routine-ambiguous',
              nameOf(routine),
              `${words(routine)} has defaults, and whether another of its name was there is not known: calls that fit both fail`,
            ),
            detail: routine.inputs?.join() ?? '',
          })),
  );
}
