import { byPath, whole } from './files.ts';
import type { Framework } from './framework.ts';

/** The block of comments that sqlmigrate puts before each operation. */
const operation =
  /^--\r?\n-- (Create model|Delete model|Rename model|Alter (field|unique_together|index_together|order_with_respect_to|model)|Add (field|index|constraint)|Remove (field|index|constraint)|Rename (field|index|table)|Raw SQL operation|Raw Python operation|Custom state\/database change|Create index|Create extension|Creates extension|Concurrently (create|remove) index|Validate constraint|(Add|Remove) .* (index|constraint|field)\b).*\r?\n--\r?$/im;

/** Django: what `manage.py sqlmigrate` printed. */
export const django: Framework = {
  id: 'django',
  title: 'Django (sqlmigrate output)',
  page: {
    files: 'what `manage.py sqlmigrate <app> <migration>` prints, a file each',
    order: 'by path, 2 before 10',
    transaction: 'what the output says with BEGIN and COMMIT: none where the migration says `atomic = False`',
    source: 'Django: documentation, sqlmigrate',
  },
  psql: true,
  code: {
    pattern: /\bfrom django\.db import\b.*\bmigrations\b/,
    advice: '`manage.py sqlmigrate <app> <migration>` prints its SQL',
  },
  claim: (files) => files.filter(({ text }) => operation.test(text)).length,
  arrange: (files) => {
    const own = files.filter(({ text }) => operation.test(text));
    const python = own.filter(({ text }) =>
      /^-- (Raw Python operation|THIS OPERATION CANNOT BE WRITTEN AS SQL)/m.test(text),
    );
    return {
      migrations: own.sort(byPath).map(({ path, text }) => ({
        path,
        sql: text,
        parts: whole(text, 'none'),
      })),
      problems: python.map(({ path }) => ({
        path,
        message: 'has an operation in Python, which sqlmigrate does not print: not judged',
      })),
    };
  },
  write: ({ sql, transaction }) => {
    const operations = `    operations = [migrations.RunSQL("""\n${sql}\n    """)]`;
    return transaction === 'outside'
      ? `class Migration(migrations.Migration):\n    atomic = False  # one statement in each RunSQL\n${operations}`
      : `class Migration(migrations.Migration):\n${operations}`;
  },
};
