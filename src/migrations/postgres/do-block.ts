import type { CallStmt, DoStmt, ExplainStmt, Node } from 'libpg-query';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why, Work } from '../effects.ts';
import { notVolatileBuiltins } from './builtin-functions.ts';
import { nodeAs, stringOf, stringsOf, visit } from './node.ts';
import { runBlockText, runner } from './plpgsql/call-function.ts';
import { runOtherCalls, runSelect } from './plpgsql/execution.ts';
import type { Scene } from './scene.ts';
import { functionKey } from './volatility.ts';

/** DO: PL/pgSQL is followed as far as its conditions can be told; code in other languages is opaque. */
export function readDo(statement: DoStmt, scene: Scene): void {
  const options = (statement.args ?? []).map((each) => nodeAs(each, 'DefElem'));
  const language = stringOf(options.find((each) => each?.defname === 'language')?.arg) ?? 'plpgsql';
  const body = stringOf(options.find((each) => each?.defname === 'as')?.arg) ?? '';
  if (language.toLowerCase() === 'plpgsql') runBlockText(body, scene);
  else scene.opaque(`DO runs code in ${language}, which is not read`);
}

export function readCall({ funccall }: CallStmt, scene: Scene): void {
  const name = stringsOf(funccall?.funcname).join('.');
  if (funccall === undefined || !runner.isReadable(funccall, scene)) {
    scene.opaque(`what procedure ${name} does is not known`);
    return;
  }
  const call: Node = { FuncCall: funccall };
  runSelect({ targetList: [{ ResTarget: { val: call } }] }, scene, runner);
}

/** Functions that change the session or are known to touch no table. */
const harmless = new Set([
  'set_config',
  'nextval',
  'setval',
  'currval',
  'pg_sleep',
  'random',
  'gen_random_uuid',
  'pg_advisory_lock',
  'pg_advisory_xact_lock',
  'pg_advisory_unlock',
  'pg_notify',
  'clock_timestamp',
]);

/** `SELECT f(…)` without a table runs f for what f does, and nobody knows what that is. */
export function noteUnknownCalls(query: Node, scene: Scene): void {
  const select = nodeAs(query, 'SelectStmt');
  if (select === undefined || select.fromClause !== undefined) return;
  for (const target of select.targetList ?? []) {
    const call = nodeAs(nodeAs(target, 'ResTarget')?.val, 'FuncCall');
    if (call === undefined) continue;
    const key = functionKey(stringsOf(call.funcname));
    if (runner.isReadable(call, scene)) continue;
    if (!harmless.has(key) && !notVolatileBuiltins.has(key)) scene.opaque(`what function ${key} does is not known`);
  }
}

/** What a statement does through the functions that it calls. */
export function runCalls(node: Node, scene: Scene): void {
  if (!scene.runsCalls) return;
  const select = nodeAs(node, 'SelectStmt');
  if (select === undefined) runOtherCalls(node, scene, runner);
  else if (callsReadable(node, scene)) runSelect(select, scene, runner);
}

/** Most queries call nothing of the database's own, and need no further look. */
function callsReadable(node: Node, scene: Scene): boolean {
  if (scene.catalog.functions.size === 0) return false;
  let found = false;
  visit(node, (tag, content) => {
    if (!found && tag === 'FuncCall') found = runner.isReadable(content, scene);
  });
  return found;
}

/** A query that is planned and not run takes its locks, but reads and changes nothing. */
export function plannedOnly(scene: Scene): Scene {
  const nothing = (relation: Relation, why: Why): Work => ({ relation: qualifiedName(relation), ...why });
  return { ...scene, scan: nothing, change: () => undefined, lose: () => undefined, runsCalls: false };
}

/** EXPLAIN locks as the query would. */
export function readExplain(statement: ExplainStmt, scene: Scene): void {
  const runs = (statement.options ?? []).some((each) => nodeAs(each, 'DefElem')?.defname === 'analyze');
  if (statement.query !== undefined) scene.read(statement.query, runs ? scene : plannedOnly(scene));
}
