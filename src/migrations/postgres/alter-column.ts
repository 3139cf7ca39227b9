import { removeRelation } from '../catalog/catalog.ts';
import { columnOrAssumed, qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Alteration, AlterationReader } from './alteration.ts';
import { addOwnedSequence, drawnFrom } from './column-definition.ts';
import { standardOf } from './expression-facts.ts';
import { loseData, loseObject } from './losses.ts';
import { integerOf, nodeAs } from './node.ts';
import { quoteIdentifier } from './quote.ts';
import { rewriteTable } from './rewrite.ts';
import { noteRestart } from './sequence-reset.ts';
import { afterWord } from './sql-text.ts';
import { isVolatile } from './volatility.ts';

const sequenceOf: Why = {
  reason: "the column's identity sequence is changed with it",
  source: 'ATExecSetIdentity, tablecmds.c; AlterSequence, sequence.c',
};
const setExpression: Why = {
  reason: 'the stored value of each row is computed anew',
  source: 'ATExecSetExpression, tablecmds.c',
};

function identitySequences(table: Relation, column: string | undefined): Relation[] {
  return [...table.owns].filter((sequence) => sequence.ownedBy?.column === column);
}

/** ALTER COLUMN … SET GENERATED, RESTART and other sequence options. */
export const setIdentity: AlterationReader = ({ scene, table, command }) => {
  for (const sequence of identitySequences(table, command.name)) {
    scene.lock(sequence, 'ShareRowExclusiveLock', sequenceOf);
    noteRestart(nodeAs(command.def, 'List')?.items, sequence, scene);
  }
  const options = (nodeAs(command.def, 'List')?.items ?? []).map((each) => nodeAs(each, 'DefElem'));
  const generated = options.find((option) => option?.defname === 'generated');
  if (generated === undefined) return;
  columnOrAssumed(table, command.name ?? '').identityAlways = integerOf(generated.arg) === 'a'.charCodeAt(0);
};

/** ALTER COLUMN … ADD GENERATED … AS IDENTITY: the column gets a sequence. */
export const addIdentity: AlterationReader = ({ scene, table, command }) => {
  const name = command.name ?? '';
  const column = columnOrAssumed(table, name);
  column.identity = true;
  column.hasDefault = true;
  column.standard = { kind: 'distinct' };
  column.identityAlways = nodeAs(command.def, 'Constraint')?.generated_when === 'a';
  column.draws = addOwnedSequence(table, name, scene);
};

/** Keeps what rows get that leave the column out. */
const recordDefault: AlterationReader = ({ scene, targets, command }) => {
  const name = command.name ?? '';
  for (const target of targets) {
    // A view's column can have a default, too.
    if (target.kind === 'view') continue;
    const column = columnOrAssumed(target, name);
    const assumed = target.assumedColumns.get(name);
    // What is dropped was there; what it gave, nobody knows.
    if (command.def === undefined && assumed !== undefined) assumed.standard ??= { kind: 'computed' };
    const dropped = command.def === undefined && (column.standard !== undefined || assumed !== undefined);
    if (dropped) loseObject(scene, target, 'its default is dropped', 'ATExecColumnDefault, tablecmds.c', name);
    column.standard = standardOf(command.def);
    column.draws = drawnFrom(command.def, scene);
  }
};

export const dropIdentity: AlterationReader = ({ scene, table, command }) => {
  const isNone = table.columns.get(command.name ?? '')?.identity === false && table.complete;
  if (isNone && command.missing_ok === true) return;
  for (const sequence of identitySequences(table, command.name)) {
    scene.lock(sequence, 'AccessExclusiveLock', sequenceOf);
    loseData(scene, sequence, 'the identity sequence goes, and where it stood', 'ATExecDropIdentity, tablecmds.c');
    removeRelation(scene.catalog, sequence);
  }
  const name = command.name ?? '';
  if (!table.columns.has(name) && command.missing_ok === true && table.complete) return;
  const column = columnOrAssumed(table, name);
  const assumed = table.assumedColumns.get(name);
  if (assumed !== undefined) Object.assign(assumed, { identity: true, notNull: true, standard: { kind: 'distinct' } });
  if (!column.identity && assumed === undefined) return;
  column.notNull = true;
  column.identity = false;
  column.identityAlways = false;
  column.standard = undefined;
  column.hasDefault = false;
  column.draws = undefined;
  loseObject(scene, table, 'it is no identity column any more', 'ATExecDropIdentity, tablecmds.c', name);
};

/** ALTER COLUMN … SET EXPRESSION: a stored column is written anew; a virtual one has nothing stored. */
export function alterExpression(alteration: Alteration): void {
  const { scene, targets, command, relation, sqlTable } = alteration;
  const virtual = (target: Relation): boolean => target.columns.get(command.name ?? '')?.generated === 'virtual';
  const work = targets
    .filter((target) => !virtual(target))
    .flatMap((target) => rewriteTable(scene, target, setExpression));
  const detail = `ALTER COLUMN ${command.name} SET EXPRESSION`;
  scene.change({ type: 'rewritten', by: 'ALTER TABLE', relation, table: sqlTable, detail, work });
}

export const dropExpression: AlterationReader = ({ scene, targets, command }) => {
  const name = command.name ?? '';
  for (const target of targets) {
    const column = columnOrAssumed(target, name);
    const assumed = target.assumedColumns.get(name);
    if (assumed !== undefined) assumed.generated ??= 'stored';
    if (column.generated === undefined && assumed === undefined) continue;
    column.generated = undefined;
    loseObject(scene, target, 'its expression is dropped', 'ATExecDropExpression, tablecmds.c', name);
  }
};

/** SET DEFAULT and DROP DEFAULT: for new rows only. */
export function changeDefault(alteration: Alteration): void {
  const { scene, command, table, targets, relation, sqlTable, text } = alteration;
  const name = command.name ?? '';
  const column = table.columns.get(name);
  for (const target of targets) {
    const known = target.columns.get(name);
    if (known === undefined) continue;
    known.hasDefault = command.def !== undefined;
    known.byDefault = command.def;
  }
  recordDefault(alteration);
  const to = command.def === undefined ? undefined : afterWord(text, ['default'])?.trim();
  scene.change({
    type: 'default-changed',
    relation,
    table: sqlTable,
    column: quoteIdentifier(name),
    ...(to === undefined ? {} : { to }),
    volatile: isVolatile(command.def, scene.catalog, scene.version),
    required: command.def === undefined && column?.notNull === true && !column.identity,
    newColumn: column?.origin === 'set',
    work: [],
  });
}

const storage: Why = { reason: 'the table is copied', source: 'ATRewriteTables, tablecmds.c' };

/** SET LOGGED and SET UNLOGGED: copies the table, unless it is that already; owned sequences follow from 15 on. */
export function setPersistence(to: 'permanent' | 'unlogged'): AlterationReader {
  return ({ scene, table, relation, sqlTable }) => {
    if (table.persistence === to) return;
    if (table.kind === 'partitioned table' || table.kind === 'sequence') return; // nothing is stored, and partitions keep what they are
    table.persistence = to;
    const detail = to === 'permanent' ? 'SET LOGGED' : 'SET UNLOGGED';
    if (scene.version >= 15) for (const each of table.owns) scene.lock(each, 'AccessExclusiveLock', storage);
    const work = rewriteTable(scene, table, storage);
    scene.change({ type: 'rewritten', by: 'ALTER TABLE', relation, table: sqlTable, detail, work });
  };
}

export const setAccessMethod: AlterationReader = ({ scene, table, command, relation, sqlTable }) => {
  const method = command.name ?? 'heap';
  if (table.accessMethod === method || table.kind === 'partitioned table') return;
  table.accessMethod = method;
  const work = rewriteTable(scene, table, storage);
  const detail = `SET ACCESS METHOD ${method}`;
  scene.change({ type: 'rewritten', by: 'ALTER TABLE', relation, table: sqlTable, detail, work });
};

/** SET TABLESPACE copies the files; to the default tablespace, where tables are unless said otherwise, nothing moves. */
export const setTablespace: AlterationReader = ({ scene, table, command, relation, sqlTable }) => {
  if (command.name === 'pg_default' || table.kind === 'partitioned table') return;
  const work = [
    scene.rewrite(table, { reason: 'the files of the table are copied', source: 'ATExecSetTableSpace, tablecmds.c' }),
  ];
  const detail = `SET TABLESPACE ${command.name}`;
  scene.change({ type: 'rewritten', by: 'ALTER TABLE', relation, table: sqlTable, detail, work });
};

const inheritance: Why = {
  reason: 'a table is tied to a parent, or cut loose',
  source: 'ATExecAddInherit, tablecmds.c',
};

export function changeParent(parent: Relation, { scene, table }: Alteration, how: 'add' | 'drop'): void {
  scene.lock(parent, how === 'add' ? 'ShareUpdateExclusiveLock' : 'AccessShareLock', inheritance);
  parent.children = parent.children.filter((child) => child !== table);
  table.parents = table.parents.filter((each) => qualifiedName(each) !== qualifiedName(parent));
  if (how === 'drop') return;
  parent.children.push(table);
  table.parents.push(parent);
}
