import type { Scene } from '../scene.ts';
import { mayRun, runCase, runIf } from './branches.ts';
import { type End, type Execute, goesOn, type Run, valueIn } from './end.ts';
import { evaluateIn, type Runner } from './execution.ts';
import { assign, assignRow, type Frame } from './frame.ts';
import { runItems, runLoop, runNumbers, runRows, runWhile } from './loops.ts';
import { endOf, runDynamic, runExecute, runSql, runStatic, takeFirst, unknownRows } from './run-sql.ts';
import type { Expression, Routine, Statement } from './tree.ts';
import type { Value } from './value.ts';

function runAll(statements: readonly Statement[] | undefined, scene: Scene, run: Run): End {
  for (const each of statements ?? []) {
    const end = runOne(each, scene, run);
    if (end.by !== 'end') return end;
  }
  return goesOn;
}

/** RAISE without a condition of its own: the error goes on. PostgreSQL: ERROR is 21, elog.h. */
const errorLevel = 21;

type Block = NonNullable<Statement['PLpgSQL_stmt_block']>;

/** Conditions by the class that stands for many of them. */
function catches(names: readonly string[], condition: string | undefined): boolean {
  return names.some((name) => name === 'others' || name === condition);
}

/**
 * A block with EXCEPTION: an error that surely comes takes back what the block has locked and done, so a block that
 * begins with such an error does nothing. Whether another error comes depends on rows.
 */
const runBlock: Execute<'PLpgSQL_stmt_block'> = (block: Block, scene, run) => {
  const handlers = (block.exceptions?.PLpgSQL_exception_block.exc_list ?? []).map((each) => each.PLpgSQL_exception);
  const end = runAll(block.body, scene, run);
  if (end.by === 'exit' && end.label !== undefined && end.label === block.label) return goesOn;
  const namesOf = (handler: (typeof handlers)[number]): string[] =>
    (handler.conditions ?? []).map((each) => each.PLpgSQL_condition.condname);
  if (end.by === 'error') {
    const handler = handlers.find((each) => catches(namesOf(each), end.condition));
    return handler === undefined ? end : runAll(handler.action, scene, run);
  }
  for (const handler of handlers) mayRun(handler.action, scene, run, 'rows');
  return end;
};

const runners: { readonly [Tag in keyof Required<Statement>]: Execute<Tag> } = {
  PLpgSQL_stmt_block: runBlock,
  PLpgSQL_stmt_assign: ({ varno, expr }, scene, run) => {
    assignExpression(varno ?? 0, expr.PLpgSQL_expr, scene, run);
    return goesOn;
  },
  PLpgSQL_stmt_if: runIf,
  PLpgSQL_stmt_case: runCase,
  PLpgSQL_stmt_loop: runLoop,
  PLpgSQL_stmt_while: runWhile,
  PLpgSQL_stmt_fori: runNumbers,
  PLpgSQL_stmt_fors: (content, scene, run) =>
    runRows(runSql(content.query.PLpgSQL_expr.query, scene, run).rows, content.var, content, scene, run),
  PLpgSQL_stmt_dynfors: (content, scene, run) =>
    runRows(runDynamic(content.query, scene, run).rows, content.var, content, scene, run),
  PLpgSQL_stmt_forc: (content, scene, run) => {
    const cursor = run.frame.datums[content.curvar ?? 0]?.PLpgSQL_var?.cursor_explicit_expr?.PLpgSQL_expr.query;
    const rows = cursor === undefined ? unknownRows : runSql(cursor, scene, run).rows;
    return runRows(rows, content.var, content, scene, run);
  },
  PLpgSQL_stmt_foreach_a: runItems,
  PLpgSQL_stmt_exit: ({ is_exit, label, cond }, scene, run) => {
    const condition = cond === undefined ? true : valueIn(cond, scene, run);
    return condition === true ? { by: is_exit === true ? 'exit' : 'continue', label } : goesOn;
  },
  PLpgSQL_stmt_return: ({ expr, retvarno }, scene, run) => {
    const held = retvarno === undefined ? undefined : run.frame.values[retvarno];
    return { by: 'return', value: expr === undefined ? held : valueIn(expr, scene, run) };
  },
  PLpgSQL_stmt_return_next: ({ expr }, scene, run) => {
    valueIn(expr, scene, run);
    return goesOn;
  },
  PLpgSQL_stmt_return_query: ({ query, dynquery }, scene, run) =>
    endOf(query === undefined ? runDynamic(dynquery, scene, run) : runSql(query.PLpgSQL_expr.query, scene, run)),
  PLpgSQL_stmt_raise: ({ elog_level, condname, params }, scene, run) => {
    for (const each of params ?? []) valueIn(each, scene, run);
    return elog_level === errorLevel ? { by: 'error', condition: condname ?? 'raise_exception' } : goesOn;
  },
  PLpgSQL_stmt_assert: ({ cond }, scene, run) => {
    valueIn(cond, scene, run);
    return goesOn;
  },
  PLpgSQL_stmt_execsql: runStatic,
  PLpgSQL_stmt_dynexecute: runExecute,
  PLpgSQL_stmt_getdiag: ({ diag_items }, _scene, run) => {
    for (const { PLpgSQL_diag_item: item } of diag_items ?? []) assign(run.frame, item.target ?? 0, undefined);
    return goesOn;
  },
  PLpgSQL_stmt_open: ({ curvar, query, dynquery }, scene, run) => {
    const declared = run.frame.datums[curvar ?? 0]?.PLpgSQL_var?.cursor_explicit_expr;
    const text = (query ?? declared)?.PLpgSQL_expr.query;
    if (text !== undefined) runSql(text, scene, run);
    else if (dynquery !== undefined) runDynamic(dynquery, scene, run);
    return goesOn;
  },
  PLpgSQL_stmt_fetch: ({ target }, _scene, run) => {
    assignRow(run.frame, target, undefined);
    return goesOn;
  },
  PLpgSQL_stmt_close: () => goesOn,
  PLpgSQL_stmt_perform: ({ expr }, scene, run) => {
    const done = runSql(expr.PLpgSQL_expr.query, scene, run);
    takeFirst(done.rows, undefined, run);
    return endOf(done);
  },
  PLpgSQL_stmt_call: ({ expr }, scene, run) => endOf(runSql(expr.PLpgSQL_expr.query, scene, run)),
  PLpgSQL_stmt_commit: endsTransaction,
  PLpgSQL_stmt_rollback: endsTransaction,
};

/** COMMIT inside is refused where the code was called in a transaction block. PostgreSQL: SPI_commit, spi.c. */
function endsTransaction(_content: object, scene: Scene): End {
  scene.forbidTransaction();
  return goesOn;
}

/** An assignment to an element of a list leaves the list not known. */
function assignExpression(at: number, expression: Expression, scene: Scene, { frame, runner }: Run): void {
  const value = evaluateIn(expression, scene, runner, frame);
  const target = /^[^:=]*/.exec(expression.query)?.[0] ?? '';
  assign(frame, at, target.includes('[') ? undefined : value);
}

function runOne(statement: Statement, scene: Scene, run: Run): End {
  if (scene.budget.left <= 0) {
    scene.opaque('the code inside runs too long to be followed');
    return { by: 'return', value: undefined };
  }
  scene.budget.left -= 1;
  const [tag] = Object.keys(statement) as (keyof Statement)[]; // a node has exactly one key
  const execute =
    tag === undefined ? undefined : (runners[tag] as ((content: unknown, scene: Scene, run: Run) => End) | undefined);
  if (tag === undefined || execute === undefined) {
    scene.opaque('the code inside has a statement that is not read');
    return goesOn;
  }
  return execute(statement[tag], scene, run);
}

/** Runs a routine's body. @returns what it returns, as far as that is known, and whether it surely fails */
export function runRoutine(
  routine: Routine,
  frame: Frame,
  scene: Scene,
  runner: Runner,
): { value: Value; fails: boolean } {
  const run: Run = { frame, runner, all: runAll };
  routine.datums.forEach(({ PLpgSQL_var: variable }, at) => {
    const preset = variable === undefined ? undefined : frame.presets.get(variable.refname);
    if (preset !== undefined) assign(frame, at, preset);
    else if (variable?.default_val !== undefined) assign(frame, at, valueIn(variable.default_val, scene, run));
    else if (variable !== undefined && at >= frame.args.length)
      assign(frame, at, variable.refname === 'found' ? false : null);
  });
  const end = runAll(routine.body, scene, run);
  return { value: end.by === 'return' ? end.value : undefined, fails: end.by === 'error' };
}
