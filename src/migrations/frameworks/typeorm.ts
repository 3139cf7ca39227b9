import type { SourceFile } from '../input.ts';
import type { EmbeddedForm } from './embedded.ts';
import { arrangeEmbedded } from './embedding.ts';
import { isCode } from './files.ts';
import type { Framework } from './framework.ts';

const advice = '`typeorm migration:run` with `logging: ["query"]` prints its SQL';

function isMigration({ path, text }: SourceFile): boolean {
  return isCode(path) && /\bMigrationInterface\b/.test(text) && /\bup\s*\(/.test(text);
}

function formOf({ text }: SourceFile): EmbeddedForm {
  return {
    query: /\bqueryRunner\s*\.\s*query\s*\(/,
    other:
      /\bqueryRunner\s*\.\s*(?!query\b|connect\b|connection\b|release\b|hasTable\b|hasColumn\b|getTable\b|startTransaction\b|commitTransaction\b|rollbackTransaction\b)\w+(?:\s*\.\s*\w+)*\s*\(/,
    transaction: /\btransaction\s*(?::\s*boolean\s*)?=\s*false\b/.test(text) ? 'none' : 'shared',
  };
}

/** TypeORM: classes whose `queryRunner.query` calls hold the SQL. */
export const typeorm: Framework = {
  id: 'typeorm',
  title: 'TypeORM',
  page: {
    files: '`1706702400000-Name.ts`: the constant SQL in `queryRunner.query()`',
    order: 'by number',
    transaction:
      'one for all pending migrations; none where the class says `transaction = false` (the run must be in mode `each` or `none` for that)',
    source: 'TypeORM: documentation, "Migrations", transaction modes',
  },
  code: { pattern: /\bMigrationInterface\b/, advice },
  claim: (files) => files.filter(isMigration).length,
  arrange: (files) => arrangeEmbedded(files.filter(isMigration), formOf, advice),
  write: ({ sql, transaction }) => {
    const calls = `await queryRunner.query(\`${sql.replace(/[`\\$]/g, '\\$&')}\`);`;
    return transaction === 'outside'
      ? `// migrationsTransactionMode: 'each'; one statement a migration\ntransaction = false;\nasync up(queryRunner) {\n  ${calls}\n}`
      : `async up(queryRunner) {\n  ${calls}\n}`;
  },
};
