import { splitStatements } from '../postgres/sql-text.ts';

/** Without the comments in front, in capitals, white space as one space: what a runner sees that looks at first words. */
function firstWords(text: string): string {
  return text
    .replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '')
    .slice(0, 200)
    .replace(/\s+/g, ' ')
    .toUpperCase();
}

export interface StatementRange {
  readonly text: string;
  /** The first character, comments in front included, and the one behind the last, semicolon not included. */
  readonly from: number;
  readonly to: number;
}

/** The statements of a text, split at the semicolons outside of quotes and comments; empty ones are left out. */
export function statementsOf(sql: string): readonly StatementRange[] {
  return splitStatements(sql)
    .filter(({ text }) => firstWords(text) !== '')
    .map(({ start, text }) => ({ text, from: start, to: start + text.length }));
}

/**
 * True for a statement that runners which look at its first words take out of the transaction.
 * Flyway: PostgreSQLParser.java; Supabase CLI: pkg/migration/file.go has nearly the same list.
 */
export function refusesTransaction(statement: string): boolean {
  const words = firstWords(statement);
  return (
    /^(CREATE|DROP) (UNIQUE )?INDEX CONCURRENTLY\b/.test(words) ||
    /^REINDEX\b.*\bCONCURRENTLY\b/.test(words) ||
    /^REINDEX( \(?VERBOSE\)?)? (SCHEMA|DATABASE|SYSTEM)\b/.test(words) ||
    /^(CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\b/.test(words) ||
    /^(VACUUM|ALTER SYSTEM|DISCARD ALL)\b/.test(words)
  );
}
