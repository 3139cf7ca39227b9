import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ParseResult } from 'libpg-query';
import type { PgQueryModule, PgQueryOptions } from 'libpg-query/wasm/libpg-query.js';

/** PostgreSQL's grammar refuses the text. */
export class SqlSyntaxError extends Error {
  override readonly name = 'SqlSyntaxError';
  /** Offset of what it stumbled over, in Unicode characters. */
  readonly character: number;

  constructor(message: string, character: number) {
    super(message);
    this.character = character;
  }
}

const require = createRequire(import.meta.url);

let compiled: WebAssembly.Module | undefined;

/** Compiled once: a second parser finds the code of the first. */
function compile(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(require.resolve('libpg-query/wasm/libpg-query.wasm')));
  return compiled;
}

/**
 * A parser of its own, compiled and started here and now: the package's own entry does both as soon as it is imported,
 * and asynchronously, which costs a turn of the event loop at each step.
 */
async function start(): Promise<PgQueryModule> {
  // The glue is CommonJS without types of its own; libpg-query.d.ts says what it gives.
  const create = require('libpg-query/wasm/libpg-query.js') as (options: PgQueryOptions) => Promise<PgQueryModule>;
  return create({
    instantiateWasm: (imports, done) => {
      const module = compile();
      const instance = new WebAssembly.Instance(module, imports);
      done(instance, module);
      return instance.exports;
    },
  });
}

let starting: Promise<PgQueryModule> | undefined;
let parser: PgQueryModule | undefined;

/** A recursion that met the end of the stack, or of the parser's memory. */
export function isOutOfStack(error: unknown): boolean {
  return error instanceof Error && (error.name === 'RangeError' || error.constructor.name === 'RuntimeError');
}

/** Beyond this the parser's memory, which only grows, is given back with the parser. */
const mostMemoryBytes = 256 * 1024 * 1024;

/**
 * Lets go of a parser that stopped in the middle: nothing has cleaned up behind it, and a few dozen such ends would use up
 * its own stack. The next `loadPostgresParser` starts another.
 */
function retire(): void {
  parser = undefined;
  starting = undefined;
}

/** False before `loadPostgresParser`, and when the parser has stopped in the middle or has grown too large to be kept. */
export function isParserReady(): boolean {
  return parser !== undefined && parser.HEAPU8.length <= mostMemoryBytes;
}

/** Loads PostgreSQL's own parser (WebAssembly, about 10 ms); needed before anything is parsed, and without effect where it is ready. */
export async function loadPostgresParser(): Promise<void> {
  if (isParserReady()) return;
  if (parser !== undefined) retire();
  starting ??= start();
  parser = await starting;
}

function loaded(): PgQueryModule {
  if (parser === undefined) throw new Error('the parser is not loaded: await loadPostgresParser() first');
  return parser;
}

/** Calls `use` with the text as a C string, which is freed afterwards. */
function withCString<T>(module: PgQueryModule, text: string, use: (pointer: number) => T): T {
  const bytes = module.lengthBytesUTF8(text) + 1;
  const pointer = module._malloc(bytes);
  if (pointer === 0) throw new RangeError('the parser has no memory left for this text');
  let result: T;
  try {
    module.stringToUTF8(text, pointer, bytes);
    result = use(pointer);
  } catch (error) {
    if (isOutOfStack(error)) retire();
    else module._free(pointer);
    throw error;
  }
  module._free(pointer);
  return result;
}

/** PgQueryError: message, function, file, line, cursor position (from 1; 0 for none). */
function syntaxError(module: PgQueryModule, error: number): SqlSyntaxError {
  const message = module.UTF8ToString(module.getValue(error, 'i32'));
  return new SqlSyntaxError(message, Math.max(0, module.getValue(error + 16, 'i32') - 1));
}

/**
 * Text to PostgreSQL's raw parse tree. The text must not hold a NUL, where a C string ends.
 * @throws SqlSyntaxError; RangeError or WebAssembly.RuntimeError where the nesting is deeper than the stack
 */
export function parseSql(sql: string): ParseResult {
  const module = loaded();
  return withCString(module, sql, (query) => {
    const result = module._wasm_parse_query_raw(query);
    if (result === 0) throw new RangeError('the parser has no memory left for this text');
    // PgQueryParseResult: tree, stderr, error
    const error = module.getValue(result + 8, 'i32');
    const refused = error === 0 ? undefined : syntaxError(module, error);
    const tree = refused === undefined ? module.UTF8ToString(module.getValue(result, 'i32')) : '';
    module._wasm_free_parse_result(result);
    if (refused !== undefined) throw refused;
    return JSON.parse(tree) as ParseResult; // the parser's own output
  });
}

/**
 * A CREATE FUNCTION or DO to the tree of its PL/pgSQL body.
 * @throws Error with PostgreSQL's message
 */
export function parsePlpgsql(sql: string): unknown {
  const module = loaded();
  return withCString(module, sql, (query) => {
    const result = module._wasm_parse_plpgsql(query);
    const text = module.UTF8ToString(result);
    module._wasm_free_string(result);
    if (!text.startsWith('{')) throw new Error(text); // success is always a JSON object
    return JSON.parse(text) as unknown;
  });
}
