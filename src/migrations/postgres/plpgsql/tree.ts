import { isOutOfStack, parsePlpgsql } from '../parser.ts';

/** PLpgSQL_expr: a query, or an expression that stands behind SELECT, or an assignment with its target before it. */
export interface Expression {
  readonly query: string;
  /** PostgreSQL: RawParseMode, parser.h. 0: whole statement, 2: expression, 3 to 5: assignment. */
  readonly parseMode?: number;
}
type Holder = { readonly PLpgSQL_expr: Expression };

export interface Datum {
  readonly PLpgSQL_var?: {
    readonly refname: string;
    readonly default_val?: Holder;
    readonly cursor_explicit_expr?: Holder;
  };
  readonly PLpgSQL_rec?: { readonly refname: string; readonly dno?: number };
  readonly PLpgSQL_recfield?: { readonly fieldname: string; readonly recparentno?: number };
  readonly PLpgSQL_row?: { readonly fields?: readonly { readonly name: string; readonly varno?: number }[] };
}

/** The grammar's own nodes, one key each; a field that is 0, false or empty is left out. PostgreSQL: plpgsql.h. */
export interface Statement {
  readonly PLpgSQL_stmt_block?: {
    readonly body?: readonly Statement[];
    readonly label?: string;
    readonly exceptions?: {
      readonly PLpgSQL_exception_block: {
        readonly exc_list?: readonly {
          readonly PLpgSQL_exception: {
            readonly conditions?: readonly { readonly PLpgSQL_condition: { readonly condname: string } }[];
            readonly action?: readonly Statement[];
          };
        }[];
      };
    };
  };
  readonly PLpgSQL_stmt_assign?: { readonly varno?: number; readonly expr: Holder };
  readonly PLpgSQL_stmt_if?: {
    readonly cond: Holder;
    readonly then_body?: readonly Statement[];
    readonly elsif_list?: readonly {
      readonly PLpgSQL_if_elsif: { readonly cond: Holder; readonly stmts?: readonly Statement[] };
    }[];
    readonly else_body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_case?: {
    readonly t_expr?: Holder;
    readonly t_varno?: number;
    readonly case_when_list?: readonly {
      readonly PLpgSQL_case_when: { readonly expr: Holder; readonly stmts?: readonly Statement[] };
    }[];
    readonly else_stmts?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_loop?: { readonly label?: string; readonly body?: readonly Statement[] };
  readonly PLpgSQL_stmt_while?: {
    readonly label?: string;
    readonly cond: Holder;
    readonly body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_fori?: {
    readonly label?: string;
    readonly var: Datum;
    readonly lower: Holder;
    readonly upper: Holder;
    readonly step?: Holder;
    readonly reverse?: boolean;
    readonly body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_fors?: {
    readonly label?: string;
    readonly var: Datum;
    readonly query: Holder;
    readonly body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_dynfors?: Statement['PLpgSQL_stmt_fors'];
  readonly PLpgSQL_stmt_forc?: {
    readonly label?: string;
    readonly var: Datum;
    readonly curvar?: number;
    readonly body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_foreach_a?: {
    readonly label?: string;
    readonly varno?: number;
    readonly expr: Holder;
    readonly body?: readonly Statement[];
  };
  readonly PLpgSQL_stmt_exit?: { readonly is_exit?: boolean; readonly label?: string; readonly cond?: Holder };
  readonly PLpgSQL_stmt_return?: { readonly expr?: Holder; readonly retvarno?: number };
  readonly PLpgSQL_stmt_return_next?: { readonly expr?: Holder };
  readonly PLpgSQL_stmt_return_query?: { readonly query?: Holder; readonly dynquery?: Holder };
  readonly PLpgSQL_stmt_raise?: {
    readonly elog_level?: number;
    readonly condname?: string;
    readonly params?: readonly Holder[];
  };
  readonly PLpgSQL_stmt_assert?: { readonly cond: Holder };
  readonly PLpgSQL_stmt_execsql?: { readonly sqlstmt: Holder; readonly into?: boolean; readonly target?: Datum };
  readonly PLpgSQL_stmt_dynexecute?: { readonly query: Holder; readonly into?: boolean; readonly target?: Datum };
  readonly PLpgSQL_stmt_getdiag?: {
    readonly diag_items?: readonly { readonly PLpgSQL_diag_item: { readonly target?: number } }[];
  };
  readonly PLpgSQL_stmt_open?: { readonly curvar?: number; readonly query?: Holder; readonly dynquery?: Holder };
  readonly PLpgSQL_stmt_fetch?: { readonly target?: Datum };
  readonly PLpgSQL_stmt_close?: object;
  readonly PLpgSQL_stmt_perform?: { readonly expr: Holder };
  readonly PLpgSQL_stmt_call?: { readonly expr: Holder };
  readonly PLpgSQL_stmt_commit?: object;
  readonly PLpgSQL_stmt_rollback?: object;
}

export interface Routine {
  /** Variables, parameters first; statements name them by their place in the list. */
  readonly datums: readonly Datum[];
  readonly body: readonly Statement[];
}

/** A tag that does not occur in the body, to wrap it in. */
function dollarTag(body: string): string {
  for (let number = 0; ; number += 1) {
    const tag = `$gate${number}$`;
    if (!body.includes(tag)) return tag;
  }
}

/** The body of a DO as the definition of a function without parameters. */
export function definitionOfBlock(body: string): string {
  const tag = dollarTag(body);
  return `CREATE FUNCTION gate() RETURNS void LANGUAGE plpgsql AS ${tag}${body}${tag}`;
}

/** @throws an error with the grammar's words where the body does not parse */
function parseRoutine(definition: string): Routine {
  // The parser's answer is JSON of the shape above; its own types say `any`.
  const { plpgsql_funcs: functions } = parsePlpgsql(definition) as unknown as {
    plpgsql_funcs: readonly { PLpgSQL_function: { datums?: Datum[]; action?: Statement } }[];
  };
  const parsed = functions[0]?.PLpgSQL_function;
  return { datums: parsed?.datums ?? [], body: parsed?.action === undefined ? [] : [parsed.action] };
}

const limit = 500;

/** Parses the definition of a PL/pgSQL function, and remembers what was parsed lately: triggers fire again and again. */
export function createRoutineReader(): (definition: string) => Routine | { readonly problem: string } {
  const known = new Map<string, Routine | { problem: string }>();
  return (definition) => {
    const found = known.get(definition);
    if (found !== undefined) return found;
    let routine: Routine | { problem: string };
    try {
      routine = parseRoutine(definition);
    } catch (error) {
      if (isOutOfStack(error)) throw error;
      routine = { problem: error instanceof Error ? error.message : String(error) };
    }
    if (known.size >= limit) known.clear();
    known.set(definition, routine);
    return routine;
  };
}
