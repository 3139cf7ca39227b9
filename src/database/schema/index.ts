import { up as firstTables } from './0001-first-tables.ts';
import { up as watchPolicy } from './0002-watch-policy.ts';

/** Every schema change in order: the key is what the store remembers as applied. */
export const schemaMigrations: Readonly<Record<string, readonly string[]>> = {
  '0001-first-tables': firstTables,
  '0002-watch-policy': watchPolicy,
};
