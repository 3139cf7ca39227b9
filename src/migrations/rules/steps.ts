import type { RemedyStep } from '../hazard.ts';
import { objectName } from '../postgres/object-name.ts';
import { quoteIdentifier } from '../postgres/quote.ts';

function ended(statement: string): string {
  return /(;|^\s*--[^\n]*)$/.test(statement) ? statement : `${statement};`;
}

function step(transaction: RemedyStep['transaction'], statements: readonly string[]): RemedyStep {
  return { sql: statements.map(ended).join('\n'), transaction };
}

/** A migration whose statements belong together. A line that starts with `--` stays a comment; semicolons are added. */
export function inside(...statements: readonly string[]): RemedyStep {
  return step('inside', statements);
}

/** A migration that must not run in a transaction. */
export function outside(...statements: readonly string[]): RemedyStep {
  return step('outside', statements);
}

/** The comment with which a later migration says that nobody uses any more what it takes away. */
export function acknowledged(rule: string): string {
  return `-- safety-gate: ignore ${rule} nothing uses it since <release>`;
}

/** `"Order"` or `public.orders` to the bare last name. */
export function bareName(sqlName: string): string {
  const last = /("(?:[^"]|"")*"|[^."]+)$/.exec(sqlName)?.[0] ?? sqlName;
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last;
}

/** The name in the table's schema, where the table is written with one. */
export function besideTable(sqlTable: string, sqlName: string): string {
  const schema = /^(?:"(?:[^"]|"")*"|[^."]+)\.(?=.)/.exec(sqlTable)?.[0] ?? '';
  return `${schema}${sqlName}`;
}

/** A new object's name as PostgreSQL would choose it, ready for SQL. */
export function nameFor(sqlTable: string, sqlColumns: readonly string[], label: string): string {
  return quoteIdentifier(objectName(bareName(sqlTable), sqlColumns.map(bareName), label));
}
