import type { SourceFile } from '../input.ts';
import type { EmbeddedForm } from './embedded.ts';
import { arrangeEmbedded } from './embedding.ts';
import { isCode } from './files.ts';
import type { Framework } from './framework.ts';

const advice = '`knex migrate:up --debug` prints its SQL';

function isMigration({ path, text }: SourceFile): boolean {
  return isCode(path) && /\bup\b/.test(text) && /\b(?:knex|trx)\s*\.\s*(?:raw|schema)\b/.test(text);
}

function formOf({ text }: SourceFile): EmbeddedForm {
  return {
    query: /\b(?:knex|trx)\s*(?:\.\s*schema\s*)?\.\s*raw\s*\(/,
    other: /\b(?:knex|trx)\s*\.\s*schema\s*\.\s*(?!raw\b|hasTable\b|hasColumn\b)\w+\s*\(|\b(?:knex|trx)\s*\(/,
    // config is per file: knex, migration-list-resolver, "useTransaction"
    transaction: /\bconfig\s*=\s*\{[^}]*\btransaction\s*:\s*false\b/.test(text) ? 'none' : 'wrapped',
  };
}

/** Knex: functions whose `knex.raw` calls hold the SQL. */
export const knex: Framework = {
  id: 'knex',
  title: 'Knex',
  page: {
    files: '`20240131120000_name.js`: the constant SQL in `knex.raw()`',
    order: 'by number',
    transaction: 'one for each migration; none where the file says `exports.config = { transaction: false }`',
    source: 'Knex: documentation, "Migrations", transactions in migrations',
  },
  code: { pattern: /\bknex\s*\.\s*(?:schema|raw)\b/, advice },
  claim: (files) => files.filter(isMigration).length,
  arrange: (files) => arrangeEmbedded(files.filter(isMigration), formOf, advice),
  write: ({ sql, transaction }) => {
    const up = `exports.up = (knex) => knex.raw(\`${sql.replace(/[`\\$]/g, '\\$&')}\`);`;
    return transaction === 'outside'
      ? `exports.config = { transaction: false };\n// one statement a migration\n${up}`
      : up;
  },
};
