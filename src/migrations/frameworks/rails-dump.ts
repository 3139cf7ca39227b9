import type { SourceFile } from '../input.ts';
import { nameOf } from './files.ts';

/** The dump that Rails writes with `config.active_record.schema_format = :sql`; one for each database. */
export function isRailsDump({ path, text }: SourceFile): boolean {
  return (
    /^(\w+_)?structure\.sql$/.test(nameOf(path)) ||
    /^INSERT INTO "?schema_migrations"? \("?version"?\) VALUES/m.test(text)
  );
}
