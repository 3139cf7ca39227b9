import type { Node } from 'libpg-query';
import { nodeAs } from './node.ts';

type Clause = 'IF NOT EXISTS' | 'IF EXISTS' | 'OR REPLACE';

/** Kinds of objects whose DROP knows IF EXISTS: all but what is dropped by other statements. */
function clauseOfAlter(node: Node): Clause | undefined {
  const alter = nodeAs(node, 'AlterTableStmt');
  for (const each of alter?.cmds ?? []) {
    const command = nodeAs(each, 'AlterTableCmd');
    if (command?.missing_ok === true) continue;
    if (command?.subtype === 'AT_AddColumn') return 'IF NOT EXISTS';
    if (command?.subtype === 'AT_DropColumn' || command?.subtype === 'AT_DropConstraint') return 'IF EXISTS';
  }
  return undefined;
}

/** The clause that would let the statement run a second time. Undefined where it has it, or where there is none. */
function clauseOf(node: Node): Clause | undefined {
  const makes =
    nodeAs(node, 'CreateStmt')?.if_not_exists ??
    nodeAs(node, 'IndexStmt')?.if_not_exists ??
    nodeAs(node, 'CreateSeqStmt')?.if_not_exists ??
    nodeAs(node, 'CreateSchemaStmt')?.if_not_exists ??
    nodeAs(node, 'CreateExtensionStmt')?.if_not_exists ??
    nodeAs(node, 'CreateTableAsStmt')?.if_not_exists;
  if (makes === true) return undefined;
  const tags = [
    'CreateStmt',
    'IndexStmt',
    'CreateSeqStmt',
    'CreateSchemaStmt',
    'CreateExtensionStmt',
    'CreateTableAsStmt',
  ];
  if (tags.some((tag) => tag in node)) return 'IF NOT EXISTS';
  const value = nodeAs(node, 'AlterEnumStmt');
  if (value !== undefined && value.oldVal === undefined && value.skipIfNewValExists !== true) return 'IF NOT EXISTS';
  const replaced = nodeAs(node, 'ViewStmt') ?? nodeAs(node, 'CreateFunctionStmt');
  if (replaced !== undefined && replaced.replace !== true) return 'OR REPLACE';
  const drop = nodeAs(node, 'DropStmt');
  if (drop !== undefined && drop.missing_ok !== true) return 'IF EXISTS';
  return clauseOfAlter(node);
}

/** Puts the clause behind the words that it follows. */
function placed(clause: Clause, text: string): string {
  const head = text.replace(/\s+/g, ' ').slice(0, 120);
  if (clause === 'OR REPLACE') return head.replace(/^create/i, 'CREATE OR REPLACE');
  const alter = /^alter table/i.test(head);
  const behind = alter
    ? /\b(add (column )?|drop (column|constraint) )/i
    : /^(create (unique )?(unlogged )?(table|index( concurrently)?|sequence|schema|extension|materialized view)|drop (materialized view|foreign table|index concurrently|\w+)|alter type \S+ add value) /i;
  return head.replace(behind, (words) => `${words}${clause} `);
}

/** The clause that is missing, and how the statement begins with it. */
export function missingClause(node: Node, text: string): { readonly clause: string; readonly sql: string } | undefined {
  const clause = clauseOf(node);
  return clause === undefined ? undefined : { clause, sql: placed(clause, text.slice(0, 400)) };
}
