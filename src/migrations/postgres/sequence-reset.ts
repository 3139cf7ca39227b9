import type { Node, SelectStmt } from 'libpg-query';
import { findRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import { integerOf, nameOf, nodeAs, stringOf } from './node.ts';
import { quoteIdentifier } from './quote.ts';
import type { Scene } from './scene.ts';

function quoted(sequence: Relation): string {
  return `${quoteIdentifier(sequence.schema)}.${quoteIdentifier(sequence.name)}`;
}

/** RESTART among the options of a sequence or an identity column; without a value it goes back to the start. */
export function noteRestart(options: readonly Node[] | undefined, sequence: Relation, scene: Scene): void {
  const restart = (options ?? []).map((each) => nodeAs(each, 'DefElem')).find((each) => each?.defname === 'restart');
  if (restart === undefined) return;
  const to = integerOf(restart.arg)?.toString() ?? nodeAs(restart.arg, 'Float')?.fval ?? 'its start value';
  const relation = qualifiedName(sequence);
  scene.change({ type: 'sequence-reset', relation, table: quoted(sequence), to, work: [] });
}

/** setval with constants. One that reads the greatest key from the table is the way to put a sequence right, and no reset. */
export function noteSetval(statement: SelectStmt, scene: Scene): void {
  for (const target of statement.targetList ?? []) {
    const call = nodeAs(nodeAs(target, 'ResTarget')?.val, 'FuncCall');
    if (stringOf(call?.funcname?.at(-1)) !== 'setval') continue;
    const name = nodeAs(call?.args?.[0], 'A_Const')?.sval?.sval;
    const to = integerOf(call?.args?.[1]);
    if (name === undefined || to === undefined) continue;
    const parts = name.split('.').map((part) => part.replaceAll('"', ''));
    const known = findRelation(scene.catalog, nameOf(parts));
    if (known?.origin === 'set') continue; // setval takes no lock that would tell
    const relation = known === undefined ? parts.join('.') : qualifiedName(known);
    const table = parts.map(quoteIdentifier).join('.');
    scene.change({ type: 'sequence-reset', relation, table, to: String(to), work: [] });
  }
}
