import { addRelation, removeRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import type { Alteration, AlterationReader } from './alteration.ts';
import { nodeAs } from './node.ts';
import { objectName } from './object-name.ts';
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
};

/** ALTER COLUMN … ADD GENERATED … AS IDENTITY: for new rows; those that are there keep what they have. */
export const addIdentity: AlterationReader = ({ scene, table, command }) => {
  const name = command.name ?? '';
  const column = table.columns.get(name);
  if (column !== undefined) {
    column.identity = true;
    column.hasDefault = true;
  }
  const sequence = addRelation(
    scene.catalog,
    { schema: table.schema, name: objectName(table.name, [name], 'seq') },
    'sequence',
  );
  sequence.ownedBy = { table, column: name };
  table.owns.add(sequence);
};

export const dropIdentity: AlterationReader = ({ scene, table, command }) => {
  for (const sequence of identitySequences(table, command.name)) {
    scene.lock(sequence, 'AccessExclusiveLock', sequenceOf);
    removeRelation(scene.catalog, sequence);
  }
  const column = table.columns.get(command.name ?? '');
  if (column !== undefined) {
    column.identity = false;
    column.hasDefault = false;
  }
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

export const dropExpression: AlterationReader = ({ targets, command }) => {
  for (const target of targets) {
    const column = target.columns.get(command.name ?? '');
    if (column !== undefined) column.generated = undefined;
  }
};

/** SET DEFAULT and DROP DEFAULT: for new rows only. */
export function changeDefault({ scene, command, table, targets, relation, sqlTable, text }: Alteration): void {
  const name = command.name ?? '';
  const column = table.columns.get(name);
  for (const target of targets) {
    const known = target.columns.get(name);
    if (known !== undefined) known.hasDefault = command.def !== undefined;
  }
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
