import { visit } from './node.ts';
import { isOutOfStack, parsePlpgsql, parseSql } from './parser.ts';

/** What stands in a PL/pgSQL body: SQL that can be read, and what cannot. */
export interface PlpgsqlBody {
  /** Complete statements, in the order of the body. */
  readonly statements: readonly string[];
  /** Expressions, each put behind SELECT. */
  readonly expressions: readonly string[];
  /** Why part of the body is opaque; empty if all of it can be read. */
  readonly opaque: readonly string[];
}

/** PLpgSQL_expr.parseMode. PostgreSQL: RawParseMode, parser.h. */
const wholeStatement = 0;
const assignment = 3;

/** A tag that does not occur in the body, to wrap it in. */
function dollarTag(body: string): string {
  let longest = 0;
  for (const [found] of body.matchAll(/\$gate_*(?=\$)/g)) longest = Math.max(longest, found.length);
  return `$gate${'_'.repeat(longest)}$`;
}

/** The text of an EXECUTE that is one string constant. */
function constantText(expression: string): string | undefined {
  try {
    const select = parseSql(`SELECT ${expression}`).stmts?.[0]?.stmt;
    let text: string | undefined;
    let others = 0;
    visit(select, (tag, content) => {
      if (tag === 'A_Const')
        text = (content.sval as { sval?: string } | undefined)?.sval; // A_Const.sval: String
      else if (!['SelectStmt', 'ResTarget', 'val', 'sval'].includes(tag)) others += 1;
    });
    return others === 0 ? text : undefined;
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    return undefined; // no expression of one line: dynamic all the same
  }
}

function queryOf(content: unknown): { query: string; parseMode: number } | undefined {
  const expression = (content as { PLpgSQL_expr?: { query: string; parseMode?: number } } | undefined)?.PLpgSQL_expr;
  return expression === undefined
    ? undefined
    : { query: expression.query, parseMode: expression.parseMode ?? wholeStatement };
}

/** Fields that hold the text of dynamic SQL, by the statement that has them. */
const dynamic: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_dynexecute: 'query',
  PLpgSQL_stmt_dynfors: 'query',
  PLpgSQL_stmt_return_query: 'dynquery',
  PLpgSQL_stmt_open: 'dynquery',
};

/**
 * Reads a PL/pgSQL body with PostgreSQL's own PL/pgSQL grammar.
 * @param returns `trigger` gives the body NEW, OLD and TG_OP, and lets it return a row
 * @throws never: a body that does not parse is opaque
 */
export function readPlpgsql(body: string, returns: 'void' | 'trigger' = 'void'): PlpgsqlBody {
  const statements: string[] = [];
  const expressions: string[] = [];
  const opaque: string[] = [];
  const tag = dollarTag(body);
  let tree: unknown;
  try {
    tree = parsePlpgsql(`CREATE FUNCTION gate() RETURNS ${returns} LANGUAGE plpgsql AS ${tag}${body}${tag}`);
  } catch (error) {
    if (isOutOfStack(error)) throw error;
    return {
      statements,
      expressions,
      opaque: [`the PL/pgSQL body does not parse: ${error instanceof Error ? error.message : error}`],
    };
  }
  const consumed = new Set<unknown>();
  visit(tree, (name, content) => {
    const field = dynamic[name];
    const text = field === undefined ? undefined : queryOf(content[field]);
    if (field !== undefined && text !== undefined) {
      consumed.add((content[field] as { PLpgSQL_expr: unknown }).PLpgSQL_expr); // queryOf has seen it there
      const constant = constantText(text.query);
      if (constant === undefined) opaque.push('EXECUTE runs SQL that is put together at run time');
      else statements.push(constant);
    }
    if (name !== 'PLpgSQL_expr' || consumed.has(content)) return;
    const { query, parseMode } = {
      query: String(content.query),
      parseMode: Number(content.parseMode ?? wholeStatement),
    };
    if (parseMode === wholeStatement) statements.push(query);
    else expressions.push(parseMode === assignment ? query.replace(/^[^:=]*:?=/, '') : query);
  });
  return { statements, expressions, opaque: [...new Set(opaque)] };
}
