import type { Node } from 'libpg-query';
import type { MigrationPart, SqlFile, TransactionMode } from '../input.ts';
import { mostStatements, mostStatementUnits } from '../limits.ts';
import { sentText } from '../sent-text.ts';
import { type SourceText, sourceText } from '../source-text.ts';
import type { FileError } from '../statement.ts';
import { withoutLongOperators } from './long-operators.ts';
import { isOutOfStack, isParserReady, parseSql, SqlSyntaxError } from './parser.ts';
import { type Piece, piecesOf } from './pieces.ts';
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
  | {
      readonly source: SourceText;
      readonly error: FileError;
      /** The text whose nesting the parser's stack did not hold; which statement it is, `tooDeepAt` finds out. */
      readonly tooDeep?: string;
    };

/** Statements that the runner treats alike. */
export interface ParsedPart {
  readonly transaction: TransactionMode;
  /** The transaction goes on into the next part. */
  readonly goesOn?: boolean;
  readonly statements: readonly ParsedStatement[];
}

/** Work that yields where it needs the parser loaded anew, and goes on when that is done. */
export type NeedsParser<T> = Generator<undefined, T>;

export type ParsedMigration =
  | { readonly source: SourceText; readonly parts: readonly ParsedPart[]; readonly error?: undefined }
  | {
      readonly source: SourceText;
      readonly error: FileError;
      /** For text whose nesting the parser's stack did not hold: finds the statement, and gives the error its place. */
      readonly tooDeep?: () => NeedsParser<FileError>;
    };

const tooDeep = 'nested too deeply to be parsed';

/** PostgreSQL repeats the token that it stumbled over; an unterminated string is a token up to the end of the file. */
const longestMessage = 300;

function shortened(said: string): string {
  // Bison's own word for a parser stack of more than 10,000 entries (YYMAXDEPTH).
  const message = said.startsWith('memory exhausted') ? `${tooDeep}: ${said}` : said;
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage)}…`;
}

function errorAt(source: SourceText, offset: number, message: string): Extract<ParsedFile, { error: FileError }> {
  return { source, error: { message, ...source.position(offset) } };
}

/** Longer texts are parsed piece by piece; a piece of 256,000 characters has a tree of some ten million. */
const pieceUnits = 256 * 1024;

/** @throws SqlSyntaxError with a position in `sql`; what is out of stack */
function parsePiece(sql: string, from: number, source: SourceText): ParsedStatement[] {
  const { stmts } = parseSql(sql);
  return (stmts ?? []).flatMap(({ stmt, stmt_location, stmt_len }): ParsedStatement[] => {
    if (stmt === undefined) return [];
    const first = source.fromByte(stmt_location ?? 0);
    const end = stmt_len ? source.fromByte((stmt_location ?? 0) + stmt_len) : sql.length;
    const start = first + leadingSpace(sql, first, end);
    const at = (location: number): number => source.fromByte(location) - start;
    return [{ node: stmt, text: sql.slice(start, end).trimEnd(), start: start + from, end: end + from, at }];
  });
}

function* piecesToParse(sql: string): Generator<Piece> {
  if (sql.length <= pieceUnits) yield { from: 0, to: sql.length };
  else yield* piecesOf(sql, pieceUnits);
}

function tooMuch(statements: number, piece: Piece): string | undefined {
  if (piece.to - piece.from > mostStatementUnits) {
    return `a statement of more than ${mostStatementUnits} characters: load such data with COPY, or split the statement`;
  }
  if (statements > mostStatements) return `more than ${mostStatements} statements in one file: split it`;
  return undefined;
}

/**
 * Text to statements, with PostgreSQL 18's own grammar.
 * @param script text without a byte order mark; psql's own commands in it are passed over
 */
function parsePostgres(script: string): ParsedFile {
  const sql = blankPsql(script);
  const source = sourceText(sql);
  // The parser reads a C string: it would stop at a NUL and report the rest of the file as absent.
  const nul = sql.indexOf('\u0000');
  if (nul !== -1)
    return errorAt(source, nul, 'NUL byte: PostgreSQL text cannot hold one; remove it, or convert a file in UTF-16');
  if (sql.trim() === '') return { source, statements: [] };
  const readable = withoutLongOperators(sql);
  if ('at' in readable) return errorAt(source, readable.at, 'hundreds of operator characters in a row: no operator');
  const statements: ParsedStatement[] = [];
  for (const piece of piecesToParse(readable.sql)) {
    const limit = tooMuch(statements.length, piece);
    if (limit !== undefined) return errorAt(source, piece.from, limit);
    const whole = piece.from === 0 && piece.to === sql.length;
    const text = whole ? readable.sql : readable.sql.slice(piece.from, piece.to);
    const own = whole ? source : sourceText(text);
    try {
      for (const statement of parsePiece(text, piece.from, own)) statements.push(statement);
    } catch (error) {
      if (isOutOfStack(error)) return { ...errorAt(source, piece.from, tooDeep), tooDeep: sql };
      if (!(error instanceof SqlSyntaxError)) throw error;
      return errorAt(source, piece.from + own.fromCharacter(error.character), shortened(error.message));
    }
  }
  return { source, statements };
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
    if (parsed.error !== undefined) {
      const { error, tooDeep: deep } = parsed;
      const placed = (each: FileError): FileError => (whole ? each : errorBelow(source, part, each));
      if (deep === undefined) return { source, error: placed(error) };
      const find = function* (): NeedsParser<FileError> {
        return placed({ ...error, ...parsed.source.position(yield* tooDeepAt(deep)) });
      };
      return { source, error: placed(error), tooDeep: find };
    }
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

/**
 * Start of the first statement that is too deep, found by parsing the statements one by one. The parser is started anew
 * after each that is.
 */
function* tooDeepAt(sql: string): NeedsParser<number> {
  for (const { start, text } of splitStatements(sql)) {
    if (!isParserReady()) yield;
    try {
      parseSql(text);
    } catch (error) {
      if (isOutOfStack(error)) return start;
    }
  }
  return 0;
}
