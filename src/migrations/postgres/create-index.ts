import type { IndexElem, IndexStmt } from 'libpg-query';
import { addIndex } from '../catalog/catalog.ts';
import { type Index, qualifiedName, type Relation, withDescendants } from '../catalog/relation.ts';
import type { IndexedPartition } from '../changes/partitioned-index.ts';
import type { IndexBuilt } from '../changes.ts';
import type { Why, Work } from '../effects.ts';
import { calledIn } from './calls.ts';
import { chooseIndexName, isRelationName, matchingIndex } from './copy-indexes.ts';
import { columnsIn, fingerprint, mayFail } from './expression-facts.ts';
import { keyNames } from './index-key-names.ts';
import { covers, shapeOf } from './index-shape.ts';
import { nodeAs } from './node.ts';
import { quoteIdentifier, quoteRange, quoteRelation } from './quote.ts';
import { relationOf, type Scene } from './scene.ts';
import { endOfName, parenthesised, splitAtCommas } from './sql-text.ts';

const build: Why = {
  reason: 'CREATE INDEX keeps writers out while it reads the whole table',
  source: 'DefineIndex, indexcmds.c; CREATE INDEX, "Building Indexes Concurrently"',
};
const concurrent: Why = {
  reason: 'CREATE INDEX CONCURRENTLY lets reads and writes go on while it reads the whole table twice',
  source: 'DefineIndex, indexcmds.c; CREATE INDEX, "Building Indexes Concurrently"',
};

function indexElements(statement: IndexStmt): IndexElem[] {
  return (statement.indexParams ?? []).map((node) => nodeAs(node, 'IndexElem')).filter((each) => each !== undefined);
}

/** What the index's own columns are called, those of INCLUDE among them. */
function labelsOf(statement: IndexStmt): string[] {
  const included = (statement.indexIncludingParams ?? []).map((node) => nodeAs(node, 'IndexElem'));
  return keyNames([...indexElements(statement), ...included.filter((each) => each !== undefined)]);
}

/** What an index has beside plain columns. */
function expressionsOf(statement: IndexStmt, elements: readonly IndexElem[]) {
  const expressions = elements.map((element) => element.expr).filter((each) => each !== undefined);
  if (expressions.length === 0 && statement.whereClause === undefined) return {};
  return {
    fingerprint: fingerprint([expressions, statement.whereClause]),
    mayFail: mayFail([expressions, statement.whereClause]),
  };
}

function addToCatalog(scene: Scene, statement: IndexStmt, table: Relation, name: string): Index {
  const elements = indexElements(statement);
  return addIndex(scene.catalog, {
    name,
    table,
    unique: statement.unique === true,
    columns: elements.map((element) => element.name).filter((column) => column !== undefined),
    labels: labelsOf(statement),
    calls: calledIn([statement.indexParams, statement.whereClause]),
    expressionColumns: [...elements.flatMap((element) => columnsIn(element.expr)), ...columnsIn(statement.whereClause)],
    shape: shapeOf(statement),
    nullsNotDistinct: statement.nulls_not_distinct,
    ...expressionsOf(statement, elements),
  });
}

/** Everything behind CREATE [UNIQUE] INDEX [CONCURRENTLY], with the name filled in where the statement has none. */
function definitionOf(scene: Scene, name: string): string {
  const behind = scene.text.replace(/^\s*create\s+(unique\s+)?index\s+(concurrently\s+)?(if\s+not\s+exists\s+)?/i, '');
  const withoutName = /^on\s/i.test(behind);
  const definition = withoutName ? `${quoteIdentifier(name)} ${behind}` : behind;
  return definition.trim();
}

/** The index's keys: columns by name, expressions as written. */
function keyTexts(body: string, statement: IndexStmt): string[] {
  const texts = splitAtCommas((parenthesised(body, 0) ?? '').slice(1, -1));
  return indexElements(statement).map(({ name }, at) =>
    name === undefined ? (texts[at] ?? '') : quoteIdentifier(name),
  );
}

/** No table has as many indexes; a script that makes them is not compared each with each. */
const mostCompared = 1000;

/** An index that stands and makes this one needless. */
function coveredBy(statement: IndexStmt, table: Relation): IndexBuilt['coveredBy'] {
  const shape = shapeOf(statement);
  let longer: string | undefined;
  let compared = 0;
  for (const each of table.indexes) {
    compared += 1;
    if (compared > mostCompared) break;
    const how = covers(each, shape, statement.unique === true);
    if (how === 'same') return { index: quoteIdentifier(each.name), same: true };
    if (how === 'longer') longer ??= each.name;
  }
  return longer === undefined ? undefined : { index: quoteIdentifier(longer), same: false };
}

/** PostgreSQL: release notes, 14.4, "Prevent possible corruption of indexes created or rebuilt with the CONCURRENTLY option". */
export function corruptOn(scene: Scene, concurrently: boolean): { readonly corruptOn?: string } {
  const minor = scene.catalog.serverMinor;
  const affected = concurrently && scene.version === 14 && minor !== undefined && minor < 4;
  return affected ? { corruptOn: `14.${minor}` } : {};
}

function describeIndex(scene: Scene, statement: IndexStmt, table: Relation, name: string) {
  const covered = coveredBy(statement, table);
  const body = scene.text.slice(endOfName(scene.text, scene.at(statement.relation?.location ?? 0))).trim();
  return {
    index: quoteIdentifier(name),
    inSchema: quoteRelation({ schema: table.schema, name }),
    unique: statement.unique === true,
    concurrently: statement.concurrent === true,
    onPartitionedTable: table.kind === 'partitioned table',
    definition: definitionOf(scene, name),
    body,
    named: statement.idxname !== undefined,
    keepsInvalid: statement.if_not_exists === true && !scene.catalog.droppedIndexes.has(name),
    keys: keyTexts(body, statement),
    ...(covered === undefined ? {} : { coveredBy: covered }),
    ...corruptOn(scene, statement.concurrent === true),
  };
}

/** CREATE INDEX. On a partitioned table the index is built on every partition, unless ONLY is said. */
export function createIndex(statement: IndexStmt, scene: Scene): void {
  const table = relationOf(scene, statement.relation);
  const concurrently = statement.concurrent === true;
  const why = concurrently ? concurrent : build;
  const mode = concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  if (concurrently) scene.forbidTransaction();
  scene.lock(table, mode, why);
  const everyPartition = statement.relation?.inh === true; // false with ONLY; the parser leaves false out
  const reached = everyPartition ? withDescendants(table).filter((each) => each === table || each.partition) : [table];
  for (const relation of reached) scene.lock(relation, mode, why);
  const name = statement.idxname ?? chooseIndexName(scene, table, labelsOf(statement), 'idx');
  if (statement.if_not_exists === true && isRelationName(scene, table.schema, name)) return;
  const described = describeIndex(scene, statement, table, name);
  const indexes = new Map([[table, addToCatalog(scene, statement, table, name)]]);
  const partitions: IndexedPartition[] = [];
  const work: Work[] = [];
  for (const relation of reached) {
    const model = indexes.get(table);
    const standing = relation === table || model === undefined ? undefined : matchingIndex(relation, model, false);
    const own =
      indexes.get(relation) ??
      standing ??
      addToCatalog(scene, statement, relation, chooseIndexName(scene, relation, labelsOf(statement), 'idx'));
    indexes.set(relation, own);
    const above = relation.parents.map((parent) => indexes.get(parent)).find((each) => each !== undefined);
    if (relation !== table && above !== undefined) {
      above.children.push(own);
      partitions.push({
        table: quoteRelation(relation),
        index: quoteIdentifier(own.name),
        parentIndex: quoteIdentifier(above.name),
        partitioned: relation.kind === 'partitioned table',
      });
    }
    if (relation.kind === 'partitioned table' || own === standing) continue;
    work.push(scene.scan(relation, why), scene.buildIndex(relation, own.name, why));
  }
  scene.change({
    type: 'index-built',
    relation: qualifiedName(table),
    table: quoteRange(statement.relation),
    work,
    ...described,
    partitions,
  });
}
