/** The package's WebAssembly glue, without the wrapper that compiles the parser as soon as it is imported. */
declare module 'libpg-query/wasm/libpg-query.js' {
  /** What the wrapper itself uses (libpg-query, wasm/index.js). Pointers are numbers. */
  export interface PgQueryModule {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(query: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(query: number): number;
    _wasm_free_string(text: number): void;
    /** The parser's memory, as large as it has grown. */
    readonly HEAPU8: Uint8Array;
    getValue(pointer: number, type: 'i32'): number;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, most: number): void;
    UTF8ToString(pointer: number): string;
  }
  export interface PgQueryOptions {
    instantiateWasm(
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ): WebAssembly.Exports;
  }
  export default function create(options: PgQueryOptions): Promise<PgQueryModule>;
}

/** The part of the WebAssembly API that the parser is started with; TypeScript has it only together with the browser's. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, unknown>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Exports;
  }
}
