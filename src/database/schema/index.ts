import { up as firstTables } from './0001-first-tables.ts';

/** Every schema change in order: the key is what the store remembers as applied. */
export const schemaMigrations: Readonly<Record<string, readonly string[]>> = {
  '0001-first-tables': firstTables,
};
