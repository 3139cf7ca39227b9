import type { IndexElem, IndexStmt, Node } from 'libpg-query';
import { addIndex, findIndex } from '../catalog/catalog.ts';
import { type Index, qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { Why, Work } from '../effects.ts';
import { nodeAs, visit } from './node.ts';
import { quoteIdentifier, quoteRange } from './quote.ts';
import { relationOf, type Scene } from './scene.ts';

const build: Why = {
  reason: 'CREATE INDEX keeps writers out while it reads the whole table',
  source: 'DefineIndex, indexcmds.c; CREATE INDEX, "Building Indexes Concurrently"',
};
const concurrent: Why = {
  reason: 'CREATE INDEX CONCURRENTLY lets reads and writes go on while it reads the whole table twice',
  source: 'DefineIndex, indexcmds.c; CREATE INDEX, "Building Indexes Concurrently"',
};

/** Column names that an expression mentions. */
export function columnsIn(node: unknown): string[] {
  const names = new Set<string>();
  visit(node, (tag, content) => {
    if (tag !== 'ColumnRef') return;
    const fields = (content.fields ?? []) as Node[]; // ColumnRef.fields: String or A_Star
    const last = nodeAs(fields.at(-1), 'String')?.sval;
    names.add(last ?? '*');
  });
  return [...names];
}

function indexElements(statement: IndexStmt): IndexElem[] {
  return (statement.indexParams ?? []).map((node) => nodeAs(node, 'IndexElem')).filter((each) => each !== undefined);
}

/** PostgreSQL: ChooseIndexName, indexcmds.c. */
function defaultIndexName(scene: Scene, table: Relation, elements: readonly IndexElem[]): string {
  const base = `${table.name}_${elements.map((element) => element.name ?? 'expr').join('_')}_idx`.slice(0, 63);
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? base : `${base}${number}`;
    if (findIndex(scene.catalog, { schema: table.schema, name }) === undefined) return name;
  }
}

function addToCatalog(scene: Scene, statement: IndexStmt, table: Relation, name: string): Index {
  const elements = indexElements(statement);
  return addIndex(scene.catalog, {
    name,
    table,
    unique: statement.unique === true,
    columns: elements.map((element) => element.name).filter((column) => column !== undefined),
    expressionColumns: [...elements.flatMap((element) => columnsIn(element.expr)), ...columnsIn(statement.whereClause)],
  });
}

/** Everything behind CREATE [UNIQUE] INDEX [CONCURRENTLY], with the name filled in where the statement has none. */
function definitionOf(scene: Scene, name: string): string {
  const behind = scene.text.replace(/^\s*create\s+(unique\s+)?index\s+(concurrently\s+)?/i, '');
  const withoutName = /^on\s/i.test(behind);
  const definition = withoutName ? `${quoteIdentifier(name)} ${behind}` : behind;
  return definition.trim();
}

/** CREATE INDEX. On a partitioned table the index is built on every partition, unless ONLY is said. */
export function createIndex(statement: IndexStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const concurrently = statement.concurrent === true;
  const why = concurrently ? concurrent : build;
  const mode = concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  if (concurrently) scene.forbidTransaction();
  scene.lock(table, mode, why);
  const name = statement.idxname ?? defaultIndexName(scene, table, indexElements(statement));
  const existing = findIndex(scene.catalog, { schema: table.schema, name });
  if (existing !== undefined && statement.if_not_exists === true) return;
  const index = addToCatalog(scene, statement, table, name);
  const everyPartition = statement.relation?.inh === true; // false with ONLY; the parser leaves false out
  const built = everyPartition ? withDescendants(table).filter((each) => each === table || each.partition) : [table];
  const work: Work[] = [];
  for (const relation of built) {
    scene.lock(relation, mode, why);
    if (relation.kind === 'partitioned table') continue;
    const own =
      relation === table ? index : addToCatalog(scene, statement, relation, `${relation.name}_${name}`.slice(0, 63));
    if (own !== index) index.children.push(own);
    work.push(scene.scan(relation, why), scene.buildIndex(relation, own.name, why));
  }
  scene.change({
    type: 'index-built',
    relation: qualifiedName(table),
    table: quoteRange(statement.relation),
    work,
    index: quoteIdentifier(name),
    unique: statement.unique === true,
    concurrently,
    onPartitionedTable: table.kind === 'partitioned table',
    definition: definitionOf(scene, name),
  });
}
