/** Bytes that a name can have. PostgreSQL: NAMEDATALEN - 1. */
const longestName = 63;

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** As many whole characters as fit into so many bytes. */
function cutTo(text: string, limit: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += bytes(character);
    if (used > limit) break;
    kept += character;
  }
  return kept;
}

/**
 * The name that PostgreSQL itself would choose, as in `payments_account_id_fkey`: where the parts do not fit, the longer of
 * the first two is cut. PostgreSQL: makeObjectName, indexcmds.c.
 */
export function objectName(table: string, columns: readonly string[], label: string): string {
  const middle = columns.join('_');
  const available = longestName - bytes(label) - 1 - (middle === '' ? 0 : 1);
  let first = bytes(table);
  let second = bytes(middle);
  while (first + second > available) {
    if (first > second) first -= 1;
    else second -= 1;
  }
  const parts = [cutTo(table, first), ...(middle === '' ? [] : [cutTo(middle, second)]), label];
  return parts.join('_');
}

/** Numbers that are tried one by one; behind them the search goes on where the last one for the same name ended. */
const triedEachTime = 20;

/** How far the names of a catalog have come; the key of the outer map is the catalog. */
const reached = new WeakMap<object, Map<string, number>>();

/**
 * The first such name that is not taken: the label gets a number. PostgreSQL: ChooseRelationName. A name that was asked for
 * thousands of times is not tried from the start each time.
 */
export function freeName(
  catalog: object,
  { table, columns, label }: { table: string; columns: readonly string[]; label: string },
  taken: (name: string) => boolean,
): string {
  const ends = reached.get(catalog) ?? new Map<string, number>();
  reached.set(catalog, ends);
  const base = objectName(table, columns, label);
  for (let number = 0; ; number += 1) {
    if (number === triedEachTime) number = ends.get(base) ?? number;
    const name = number === 0 ? base : objectName(table, columns, `${label}${number}`);
    if (taken(name)) continue;
    if (number >= triedEachTime) ends.set(base, number);
    return name;
  }
}
