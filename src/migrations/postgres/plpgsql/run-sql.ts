import { sourceText } from '../../source-text.ts';
import { parseNested } from '../nested-sql.ts';
import { nodeAs, tagOf } from '../node.ts';
import type { Scene } from '../scene.ts';
import { failsWith } from './certain-failure.ts';
import { type End, type Execute, goesOn, type Run, valueIn } from './end.ts';
import { runSelect } from './execution.ts';
import { assignByName, assignRow } from './frame.ts';
import { fillHoles, namesUnknown } from './holes.ts';
import type { KnownRows } from './surroundings.ts';
import type { Datum, Expression } from './tree.ts';
import { isTagged, textOf } from './value.ts';

export const unknownRows: KnownRows = { rows: [], open: true };

/** Runs SQL that stands in the body, or that the body has put together. */
export function runSql(
  sql: string,
  scene: Scene,
  { frame, runner }: Run,
): { rows: KnownRows; failure: string | undefined } {
  const parsed = parseNested(sql);
  if ('problem' in parsed) {
    scene.opaque(`a statement inside does not parse: ${parsed.problem}`);
    return { rows: unknownRows, failure: undefined };
  }
  const at = sourceText(sql).fromByte;
  let rows = unknownRows;
  for (const node of parsed.nodes) {
    if (namesUnknown(node)) {
      scene.opaque(`EXECUTE names a relation that is known only at run time: ${sql.replace(/\s+/g, ' ').slice(0, 80)}`);
      continue;
    }
    const failure = failsWith(node, scene.catalog);
    if (failure !== undefined) return { rows, failure };
    const select = nodeAs(node, 'SelectStmt');
    scene.read(node, { ...scene, text: sql, at, runsCalls: select === undefined && scene.runsCalls });
    rows = select === undefined ? unknownRows : runSelect(select, scene, runner, frame);
    if (tagOf(node) === 'TransactionStmt') scene.forbidTransaction();
  }
  return { rows, failure: undefined };
}

/** Runs SQL that is put together at run time, as far as it is known. */
export function runDynamic(
  holder: { readonly PLpgSQL_expr: Expression } | undefined,
  scene: Scene,
  run: Run,
): ReturnType<typeof runSql> {
  const value = valueIn(holder, scene, run);
  const text = isTagged(value, 'template') ? fillHoles(value) : textOf(value, scene.catalog.searchPath);
  if (typeof text === 'string') return runSql(text, scene, run);
  scene.opaque('EXECUTE runs SQL that is put together at run time');
  return { rows: unknownRows, failure: undefined };
}

export function endOf({ failure }: { failure: string | undefined }): End {
  return failure === undefined ? goesOn : { by: 'error', condition: failure };
}

/** Puts the first row into the variables behind INTO, and says whether there was one. */
export function takeFirst({ rows, open }: KnownRows, into: Datum | undefined, { frame }: Run): void {
  const [first] = rows;
  const none = first === undefined && !open;
  const known = first?.sure === true && (rows.length === 1 || !open);
  assignByName(frame, 'found', none ? false : rows.some(({ sure }) => sure) ? true : undefined);
  if (into === undefined) return;
  if (none)
    assignRow(frame, into, new Map((into.PLpgSQL_row?.fields ?? [{ name: '' }]).map(({ name }) => [name, null])));
  else assignRow(frame, into, known ? first.values : undefined);
}

export const runStatic: Execute<'PLpgSQL_stmt_execsql'> = ({ sqlstmt, into, target }, scene, run) => {
  const done = runSql(sqlstmt.PLpgSQL_expr.query, scene, run);
  takeFirst(done.rows, into === true ? target : undefined, run);
  return endOf(done);
};

export const runExecute: Execute<'PLpgSQL_stmt_dynexecute'> = ({ query, into, target }, scene, run) => {
  const done = runDynamic(query, scene, run);
  if (into === true) takeFirst(done.rows, target, run);
  return endOf(done);
};
