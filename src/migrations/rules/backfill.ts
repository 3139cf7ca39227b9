import type { Effects } from '../effects.ts';

/** Rows that one batch touches: some tenths of a second on common hardware. */
const batchRows = 10_000;

function batchOf(engine: Effects['engine'], table: string, condition: string): string {
  const where = condition === '' ? '' : ` WHERE ${condition}`;
  if (engine === 'mysql') return `${where} LIMIT ${batchRows}`;
  return ` WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table}${where} LIMIT ${batchRows}))`;
}

/** An UPDATE of one batch, to be repeated, each time in its own transaction, until it changes nothing. */
export function batchedUpdate(
  engine: Effects['engine'],
  table: string,
  assignments: string,
  remaining: string,
): string {
  const again = '-- repeat, each time in a transaction of its own, until it updates 0 rows:';
  return `${again}\nUPDATE ${table} SET ${assignments}\n${batchOf(engine, table, remaining)};`;
}

export function batchedDelete(engine: Effects['engine'], table: string): string {
  const again = '-- repeat, each time in a transaction of its own, until it deletes 0 rows:';
  return `${again}\nDELETE FROM ${table}\n${batchOf(engine, table, '')};`;
}
