import type { RowsChanged } from '../changes.ts';
import type { Effects } from '../effects.ts';
import type { Remedy, RemedyStep } from '../hazard.ts';
import { outside } from './steps.ts';

/** Rows that one batch touches: some tenths of a second on common hardware. */
const batchRows = 10_000;

function indented(sql: string, by: string): string {
  return sql.replaceAll('\n', `\n${by}`);
}

/** PL/pgSQL that works through the table and commits between batches. DO may do that from PostgreSQL 11 on. */
function loop(lines: readonly string[], declare = ''): RemedyStep {
  const body = lines.map((line) => `    ${line}`).join('\n');
  return outside(`DO $batches$\n${declare}BEGIN\n  LOOP\n${body}\n    COMMIT;\n  END LOOP;\nEND\n$batches$`);
}

/** Batches of any rows that are left; `remaining` has to turn false for a row that is done. */
function whileRowsAreLeft(table: string, verb: string, remaining: string): RemedyStep {
  const where = remaining === '' ? '' : ` WHERE ${remaining}`;
  return loop([
    `${verb}`,
    `  WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table}${where} LIMIT ${batchRows}));`,
    'EXIT WHEN NOT FOUND;',
  ]);
}

/** `a`, or `(a, b)`: rows of values compare column by column. */
function asRow(parts: readonly string[]): string {
  return parts.length === 1 ? parts.join() : `(${parts.join(', ')})`;
}

/** Batches along the key, each row once: for what cannot be seen from the row. */
function alongKey(table: string, verb: string, key: readonly string[], condition: string): RemedyStep {
  const also = condition === '' ? '' : ` AND (${condition})`;
  const numbered = (name: string): string[] => key.map((_, at) => (key.length === 1 ? name : `${name}_${at + 1}`));
  const [from, to] = [numbered('batch_from'), numbered('batch_to')];
  const columns = key.join(', ');
  const beyond = `${from[0]} IS NULL OR ${asRow(key)} > ${asRow(from)}`;
  const ids = `SELECT ${columns} FROM ${table} WHERE ${beyond} ORDER BY ${columns} LIMIT ${batchRows}`;
  const backwards = key.map((column) => `${column} DESC`).join(', ');
  const declared = [from, to].flatMap((names) => names.map((name, at) => `  ${name} ${table}.${key[at]}%TYPE;\n`));
  return loop(
    [
      `SELECT ${columns} INTO ${to.join(', ')} FROM (${ids}) AS batch ORDER BY ${backwards} LIMIT 1;`,
      'EXIT WHEN NOT FOUND;',
      `${verb}`,
      `  WHERE (${beyond}) AND ${asRow(key)} <= ${asRow(to)}${also};`,
      ...from.map((name, at) => `${name} := ${to[at]};`),
    ],
    `DECLARE\n${declared.join('')}`,
  );
}

/** What an UPDATE in batches needs to know. */
export interface BatchedUpdate {
  readonly table: string;
  readonly assignments: string;
  /** True for rows that are still to be changed, false for those that are; absent where a row does not show it. */
  readonly remaining?: string | undefined;
  /** Rows that are meant at all; absent for every row. */
  readonly condition?: string | undefined;
  /** Columns of the table's primary key, if it is known. */
  readonly key?: readonly string[] | undefined;
}

/** PostgreSQL: an UPDATE that holds few rows at a time. Along the key where there is one, so that no row is read twice. */
export function updateInBatches({ table, assignments, remaining, condition, key }: BatchedUpdate): RemedyStep {
  const verb = `UPDATE ${table} SET ${indented(assignments, '      ')}`;
  const left = [condition, remaining].filter((each) => each !== undefined).map((each) => indented(each, '      '));
  if (key !== undefined) return alongKey(table, verb, key, left.map((each) => `(${each})`).join(' AND '));
  if (remaining !== undefined) {
    return whileRowsAreLeft(table, verb, left.length > 1 ? left.map((each) => `(${each})`).join(' AND ') : remaining);
  }
  const step = alongKey(table, verb, ['<a unique column>'], condition ?? '');
  return { ...step, sql: `-- along a unique column that SET leaves alone:\n${step.sql}` };
}

/** PostgreSQL: a DELETE that holds few rows at a time. */
function deleteInBatches(table: string, condition = ''): RemedyStep {
  return whileRowsAreLeft(table, `DELETE FROM ${table}`, condition);
}

/** MySQL: one batch of an UPDATE, to be repeated, each time in its own transaction, until it changes nothing. */
function mysqlUpdate(table: string, assignments: string, remaining: string): string {
  const again = '-- repeat, each time in a transaction of its own, until it updates 0 rows:';
  return `${again}\nUPDATE ${table} SET ${assignments}\n WHERE ${remaining} LIMIT ${batchRows};`;
}

/** An UPDATE in batches, in the engine's own way. */
export function batchedUpdate(
  engine: Effects['engine'],
  table: string,
  assignments: string,
  remaining: string,
): string {
  if (engine === 'mysql') return mysqlUpdate(table, assignments, remaining);
  return updateInBatches({ table, assignments, remaining }).sql;
}

/** The statement's own UPDATE in batches, in the engine's own way. */
export function updateRows(engine: Effects['engine'], change: RowsChanged): string | Remedy {
  const { table, assignments = '…', condition, unsettled: remaining, key } = change;
  if (engine === 'mysql') return mysqlUpdate(table, assignments, '<rows that are still to be changed>');
  return [updateInBatches({ table, assignments, remaining, condition, key })];
}

/** The statement's own DELETE, or a TRUNCATE, in batches, in the engine's own way. */
export function deleteRows(engine: Effects['engine'], change: { table: string; condition?: string }): string | Remedy {
  if (engine !== 'mysql') return [deleteInBatches(change.table, change.condition)];
  return `-- repeat, each time in a transaction of its own, until it deletes 0 rows:\nDELETE FROM ${change.table}\n LIMIT ${batchRows};`;
}
