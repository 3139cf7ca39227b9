/** Bytes that a name can have. PostgreSQL: NAMEDATALEN - 1. */
const longestName = 63;

const encoder = new TextEncoder();

function bytes(text: string): number {
  return encoder.encode(text).length;
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

/** The first such name that is not taken: the label gets a number. PostgreSQL: ChooseRelationName. */
export function freeName(
  table: string,
  columns: readonly string[],
  label: string,
  taken: (name: string) => boolean,
): string {
  for (let number = 0; ; number += 1) {
    const name = objectName(table, columns, number === 0 ? label : `${label}${number}`);
    if (!taken(name)) return name;
  }
}
