import type { RemedyStep } from '../hazard.ts';
import { inside, nameFor } from './steps.ts';

/** NOT NULL constraints can be NOT VALID from this version on. */
const notValidSince = 18;

/** Migrations to NOT NULL that read the table while everybody works. */
export function notNullSteps(table: string, columns: readonly string[], serverVersion: number): readonly RemedyStep[] {
  if (columns.length === 0) return [];
  const alter = `ALTER TABLE ${table}`;
  const named = columns.map((column) => ({ column, name: nameFor(table, [column], 'not_null') }));
  const validate = inside(...named.map(({ name }) => `${alter} VALIDATE CONSTRAINT ${name}`));
  if (serverVersion >= notValidSince) {
    const add = named.map(({ column, name }) => `${alter} ADD CONSTRAINT ${name} NOT NULL ${column} NOT VALID`);
    return [inside(...add), validate];
  }
  return [
    inside(
      ...named.map(({ column, name }) => `${alter} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`),
    ),
    validate,
    inside(
      ...named.map(({ column }) => `${alter} ALTER COLUMN ${column} SET NOT NULL`),
      ...named.map(({ name }) => `${alter} DROP CONSTRAINT ${name}`),
    ),
  ];
}
