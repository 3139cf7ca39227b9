import type { Node } from 'libpg-query';
import type { MigrationPart, SqlFile, TransactionMode } from '../input.ts';
import { sentText } from '../sent-text.ts';
import { type SourceText, sourceText } from '../source-text.ts';
import type { FileError } from '../statement.ts';
import { parseSql, SqlSyntaxError } from './parser.ts';
import { blankPsql } from './psql.ts';
import { leadingSpace, splitStatements } from './sql-text.ts';

export interface ParsedStatement {
  readonly node: Node;
  /** The statement's text, from its first word to before the semicolon. */
  readonly text: string;
  /** UTF-16 offset of the text in the file. */
  readonly start: number;
  readonly end: number;
  /** Turns the parser's `location` (a byte offset into the file) into an offset within `text`. */
  readonly at: (location: number) => number;
}

export type ParsedFile =
  | { readonly source: SourceText; readonly statements: readonly ParsedStatement[]; readonly error?: undefined }
  | { readonly source: SourceText; readonly error: FileError };

/** Statements that the runner treats alike. */
export interface ParsedPart {
  readonly transaction: TransactionMode;
  /** The transaction goes on into the next part. */
  readonly goesOn?: boolean;
  readonly statements: readonly ParsedStatement[];
}

export type ParsedMigration =
  | { readonly source: SourceText; readonly parts: readonly ParsedPart[]; readonly error?: undefined }
  | { readonly source: SourceText; readonly error: FileError };

function errorAt(source: SourceText, offset: number, message: string): ParsedFile {
  return { source, error: { message, ...source.position(offset) } };
}

/**
 * Text to statements, with PostgreSQL 18's own grammar.
 * @param script text without a byte order mark; psql's own commands in it are passed over
 */
export function parsePostgres(script: string): ParsedFile {
  const sql = blankPsql(script);
  const source = sourceText(sql);
  // The parser reads a C string: it would stop at a NUL and report the rest of the file as absent.
  const nul = sql.indexOf('\u0000');
  if (nul !== -1) return errorAt(source, nul, 'NUL byte: PostgreSQL text cannot hold one; remove it');
  if (sql.trim() === '') return { source, statements: [] };
  try {
    const { stmts } = parseSql(sql);
    const statements = (stmts ?? []).flatMap(({ stmt, stmt_location, stmt_len }): ParsedStatement[] => {
      if (stmt === undefined) return [];
      const first = source.fromByte(stmt_location ?? 0);
      const end = stmt_len ? source.fromByte((stmt_location ?? 0) + stmt_len) : sql.length;
      const start = first + leadingSpace(sql, first, end);
      const at = (location: number): number => source.fromByte(location) - start;
      return [{ node: stmt, text: sql.slice(start, end).trimEnd(), start, end, at }];
    });
    return { source, statements };
  } catch (error) {
    if (tooDeep(error)) return errorAt(source, tooDeepAt(sql), 'nested too deeply to be parsed');
    if (!(error instanceof SqlSyntaxError)) throw error;
    return errorAt(source, source.fromCharacter(error.character), error.message);
  }
}

/** Moves what was parsed from a piece of a file to where the piece stands. */
function movedBy(from: number, { start, end, ...rest }: ParsedStatement): ParsedStatement {
  return { ...rest, start: start + from, end: end + from };
}

/** A migration's statements, part by part, each with its part. Stops at the first part that does not parse. */
export function parseMigration(file: SqlFile): ParsedMigration {
  const source = sourceText(file.sql);
  const parts: readonly MigrationPart[] = file.parts ?? [{ from: 0, to: file.sql.length, transaction: 'implicit' }];
  const pieces: ParsedPart[] = [];
  for (const part of parts) {
    const whole = part.from === 0 && part.to === file.sql.length;
    const parsed = parsePostgres(sentText(file.sql, part));
    if (parsed.error !== undefined)
      return { source, error: whole ? parsed.error : errorBelow(source, part, parsed.error) };
    const { statements } = parsed;
    pieces.push({
      transaction: part.transaction,
      goesOn: part.goesOn === true,
      statements: statements.map((each) => movedBy(part.from, each)),
    });
  }
  return { source, parts: pieces };
}

/** An error of a piece with its place in the file. */
function errorBelow(source: SourceText, part: MigrationPart, error: FileError): FileError {
  const first = source.position(part.from);
  const column = error.line === 1 ? first.column + error.column - 1 : error.column;
  return { message: error.message, line: first.line + error.line - 1, column };
}

/** The parser's recursion met the end of the stack; it can be called again afterwards. */
function tooDeep(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && error.constructor.name === 'RuntimeError');
}

/** Start of the first statement that is too deep, found by parsing the statements one by one. */
function tooDeepAt(sql: string): number {
  for (const { start, text } of splitStatements(sql)) {
    try {
      if (text !== '') parseSql(text);
    } catch (error) {
      if (tooDeep(error)) return start;
    }
  }
  return 0;
}
