import type { RemedyStep } from '../hazard.ts';
import { inside, nameFor } from './steps.ts';

/** NOT NULL constraints can be NOT VALID from this version on. */
const notValidSince = 18;

/** Migrations to NOT NULL that read the table while everybody works. */
export function notNullSteps(table: string, column: string, serverVersion: number): readonly RemedyStep[] {
  const name = nameFor(table, [column], 'not_null');
  const alter = `ALTER TABLE ${table}`;
  const validate = inside(`${alter} VALIDATE CONSTRAINT ${name}`);
  if (serverVersion >= notValidSince) {
    return [inside(`${alter} ADD CONSTRAINT ${name} NOT NULL ${column} NOT VALID`), validate];
  }
  return [
    inside(`${alter} ADD CONSTRAINT ${name} CHECK (${column} IS NOT NULL) NOT VALID`),
    validate,
    inside(`${alter} ALTER COLUMN ${column} SET NOT NULL`, `${alter} DROP CONSTRAINT ${name}`),
  ];
}
