import type { TransactionLock, TransactionSummary } from '../transactions.ts';

/** `db/1.sql:3`, or where a transaction has one file only, `line 3`. */
function placeOf({ path, line }: { path: string; line: number }, files: readonly string[]): string {
  return files.length > 1 ? `${path}:${line}` : `line ${line}`;
}

function lockLines(lock: TransactionLock, files: readonly string[]): readonly string[] {
  const taken = `${lock.mode} on ${lock.relation}, taken at ${placeOf(lock, files)}`;
  if (lock.heldWhile.length === 0) return [taken];
  return lock.heldWhile.map(({ what, ...place }) => `${taken}, is held while at ${placeOf(place, files)} ${what}`);
}

/** What a transaction of several statements holds on relations that others can wait for, and in which order it locks them. */
export function transactionLines({ files, statements, locks, order }: TransactionSummary): readonly string[] {
  const existing = locks.filter(({ existedBefore }) => existedBefore);
  if (existing.length === 0) return [];
  const [first] = statements;
  const last = statements.at(-1);
  const ends = [first, last].flatMap((place) => (place === undefined ? [] : [`${place.path}:${place.line}`]));
  return [
    `transaction from ${ends.join(' to ')}`,
    ...existing.flatMap((lock) => lockLines(lock, files).map((line) => `    ${line}`)),
    ...(order.length > 1 ? [`    locks in this order: ${order.join(', ')}`] : []),
  ];
}
