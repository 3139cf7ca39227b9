/** Rows that one batch touches: some tenths of a second on common hardware. */
const batchRows = 10_000;

/** An UPDATE of one batch, to be repeated, each time in its own transaction, until it changes nothing. */
export function batchedUpdate(table: string, assignments: string, remaining: string): string {
  return (
    `-- repeat, each time in a transaction of its own, until it updates 0 rows:\n` +
    `UPDATE ${table} SET ${assignments}\n` +
    ` WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${remaining} LIMIT ${batchRows}));`
  );
}

export function batchedDelete(table: string): string {
  return (
    `-- repeat, each time in a transaction of its own, until it deletes 0 rows:\n` +
    `DELETE FROM ${table}\n WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} LIMIT ${batchRows}));`
  );
}
