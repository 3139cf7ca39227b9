import type { SourceFile } from '../input.ts';
import { byPath, whole } from './files.ts';
import type { Framework } from './framework.ts';

const running = /^-- Running (upgrade|downgrade) +(\w*) *-> *(\w*)/m;

function directionOf({ text }: SourceFile): 'upgrade' | 'downgrade' | undefined {
  const word = running.exec(text)?.[1];
  return word === 'upgrade' || word === 'downgrade' ? word : undefined;
}

/** Alembic: what `alembic upgrade --sql` printed. */
export const alembic: Framework = {
  id: 'alembic',
  title: 'Alembic (SQL output)',
  page: {
    files: 'what `alembic upgrade <from>:<to> --sql` and `alembic downgrade … --sql` print',
    order: 'by path',
    transaction:
      'what the output says with BEGIN and COMMIT (`autocommit_block()` ends the transaction around its statements)',
    source: 'Alembic: documentation, "Generating SQL Scripts (a.k.a. Offline Mode)"',
  },
  psql: true,
  code: { pattern: /\bfrom alembic import\b/, advice: '`alembic upgrade <from>:<to> --sql` prints its SQL' },
  claim: (files) => files.filter((file) => directionOf(file) !== undefined).length,
  arrange: (files) => {
    const toFile = ({ path, text }: SourceFile) => ({ path, sql: text, parts: whole(text, 'none') });
    return {
      migrations: files
        .filter((file) => directionOf(file) === 'upgrade')
        .sort(byPath)
        .map(toFile),
      lone: files.filter((file) => directionOf(file) === 'downgrade').map(toFile),
    };
  },
  write: ({ sql, transaction }) => {
    const call = (margin: string) => `${margin}op.execute("""\n${sql}\n${margin}""")`;
    return transaction === 'outside'
      ? `def upgrade():\n    with op.get_context().autocommit_block():\n${call('        ')}  # one statement in each`
      : `def upgrade():\n${call('    ')}`;
  },
};
