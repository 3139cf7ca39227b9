import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterSeqStmt,
  CompositeTypeStmt,
  Constraint as ConstraintNode,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateForeignServerStmt,
  CreateForeignTableStmt,
  CreateRangeStmt,
  CreateSeqStmt,
  Node,
} from 'libpg-query';
import { addRelation, addType, findRelation, findType, type NamedType, relationOrAssumed } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { createTable } from './create-table.ts';
import { withDomainsOver } from './drop-type.ts';
import { loseData } from './losses.ts';
import { attributesOf, changeDomain, domainConstraints, noteLabels, typeOrAssumed } from './named-type.ts';
import { columnTypeOf, nameOf, nameParts, nodeAs, stringsOf } from './node.ts';
import { quoteIdentifier, quoteRelation } from './quote.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';
import { noteRestart } from './sequence-reset.ts';
import { parenthesised } from './sql-text.ts';

const domainCheck: Why = {
  reason: 'every value of the domain is read to see that the constraint holds',
  source: 'validateDomainCheckConstraint and validateDomainNotNullConstraint, typecmds.c',
};
const sequenceWhy: Why = { reason: 'the sequence is changed for everybody', source: 'AlterSequence, sequence.c' };
const ownedBy: Why = { reason: 'the sequence is tied to a column of it', source: 'process_owned_by, sequence.c' };

/** The conditions of CHECKs, each in its parentheses. */
function conditions(constraints: readonly (ConstraintNode | undefined)[], scene: Scene): string[] {
  const texts = constraints.map((each) => checkText(scene, each)).filter((text) => text !== undefined);
  return texts.map((text) => `(${text})`);
}

export function createDomain(statement: CreateDomainStmt, scene: Scene): void {
  const base = columnTypeOf(statement.typeName);
  const own = (statement.constraints ?? []).map((each) => nodeAs(each, 'Constraint')?.contype);
  const ofBase = base === undefined ? undefined : findType(scene.catalog, { schema: base.schema, name: base.name });
  addType(scene.catalog, nameOf(stringsOf(statement.domainname)), {
    kind: 'domain',
    ...(base === undefined ? {} : { base }),
    constrained: own.includes('CONSTR_CHECK') || own.includes('CONSTR_NOTNULL') || ofBase?.constrained === true,
    origin: scene.catalog.origin,
    checks: conditions(
      (statement.constraints ?? []).map((each) => nodeAs(each, 'Constraint')),
      scene,
    ),
    notNull: own.includes('CONSTR_NOTNULL'),
    constraints: domainConstraints(statement.constraints, nameOf(stringsOf(statement.domainname)).name),
  });
  const constrained = own.includes('CONSTR_CHECK') || own.includes('CONSTR_NOTNULL');
  scene.change({ type: 'domain-created', ...typeNames(statement.domainname), constrained });
}

/** A type's name, for changes that are about no relation. */
function typeNames(name: readonly Node[] | undefined): { relation: string; table: string; work: [] } {
  const parts = stringsOf(name);
  return { relation: parts.join('.'), table: parts.map(quoteIdentifier).join('.'), work: [] };
}

export function createEnum(statement: CreateEnumStmt, scene: Scene): void {
  const values = stringsOf(statement.vals);
  const { origin } = scene.catalog;
  const made: NamedType = { kind: 'enum', constrained: false, origin, values };
  addType(scene.catalog, nameOf(stringsOf(statement.typeName)), made);
  scene.catalog.uncommitted.enums.add(made);
  scene.change({ type: 'enum-created', ...typeNames(statement.typeName) });
}

export function createRange(statement: CreateRangeStmt, scene: Scene): void {
  addType(scene.catalog, nameOf(stringsOf(statement.typeName)), { kind: 'range', constrained: false });
}

export function createComposite(statement: CompositeTypeStmt, scene: Scene): void {
  addType(scene.catalog, rangeName(statement.typevar), {
    kind: 'composite',
    constrained: false,
    values: attributesOf(statement),
  });
}

/** ALTER TYPE … ADD VALUE: refused in a transaction before 12. */
export function alterEnum(statement: AlterEnumStmt, scene: Scene): void {
  const { newVal, oldVal } = statement;
  if (newVal === undefined) return;
  const type = typeOrAssumed(scene, nameOf(stringsOf(statement.typeName)), 'enum');
  const names = typeNames(statement.typeName);
  noteLabels(type, newVal, oldVal);
  if (oldVal !== undefined) {
    if (type.values !== undefined) type.values = type.values.map((value) => (value === oldVal ? newVal : value));
    if (type.origin !== 'set') scene.change({ type: 'enum-value-renamed', ...names, value: oldVal, to: newVal });
    return;
  }
  if (scene.version < 12) scene.forbidTransaction();
  if (type.values?.includes(newVal) === true) return; // refused, or passed over with IF NOT EXISTS
  if (type.values !== undefined) type.values = [...type.values, newVal];
  const typeName = nameOf(stringsOf(statement.typeName)).name;
  const { enums, values } = scene.catalog.uncommitted;
  if (!enums.has(type)) values.set(newVal, { value: newVal, typeName });
  if (type.origin === 'set') return;
  const placed = statement.newValNeighbor !== undefined;
  scene.change({ type: 'enum-value-added', ...names, value: newVal, placed });
}

/** Tables and materialized views with a column of the domain. PostgreSQL: get_rels_with_domain, typecmds.c. */
function usersOf(scene: Scene, types: ReadonlySet<string>): Relation[] {
  return [...scene.catalog.relations.values()].filter(
    (relation) =>
      (relation.kind === 'table' || relation.kind === 'materialized view') && columnsOfType(relation, types).length > 0,
  );
}

function columnsOfType(relation: Relation, types: ReadonlySet<string>): string[] {
  return [...relation.columns.values()].filter((column) => types.has(column.type?.name ?? '')).map(({ name }) => name);
}

/** What stands in the parentheses of CHECK. */
function checkText(scene: Scene, constraint: ConstraintNode | undefined): string | undefined {
  if (constraint?.contype !== 'CONSTR_CHECK') return undefined;
  return parenthesised(scene.text, scene.at(constraint.location ?? 0))?.slice(1, -1);
}

/** ALTER DOMAIN: adding, validating or setting NOT NULL reads every table that uses the domain; dropping reads nothing. */
export function alterDomain(statement: AlterDomainStmt, scene: Scene): void {
  const name = nameOf(stringsOf(statement.typeName));
  changeDomain(statement, scene);
  const constraint = nodeAs(statement.def, 'Constraint');
  const adds = statement.subtype === 'C' || statement.subtype === 'O';
  const type = findType(scene.catalog, name);
  if (adds && type !== undefined) {
    type.constrained = true;
    type.checks?.push(...conditions([constraint], scene));
    if (statement.subtype === 'O') type.notNull = true;
  }
  const reads =
    (statement.subtype === 'C' && constraint?.skip_validation !== true) ||
    statement.subtype === 'V' ||
    statement.subtype === 'O';
  if (!reads) return;
  const condition = statement.subtype === 'O' ? 'VALUE IS NOT NULL' : checkText(scene, constraint);
  const types = withDomainsOver(scene.catalog, name.name); // PostgreSQL: get_rels_with_domain, typecmds.c
  for (const relation of usersOf(scene, types)) {
    scene.lock(relation, 'ShareLock', domainCheck);
    const work = relation.kind === 'partitioned table' ? [] : [scene.scan(relation, domainCheck)];
    scene.change({
      type: 'domain-checked',
      relation: qualifiedName(relation),
      table: quoteRelation(relation),
      domain: quoteIdentifier(name.name),
      columns: columnsOfType(relation, types).map(quoteIdentifier),
      condition,
      work,
    });
  }
}

function ownerColumn(options: readonly Node[] | undefined): string[] {
  const owned = (options ?? []).map((each) => nodeAs(each, 'DefElem')).find((each) => each?.defname === 'owned_by');
  return nameParts(owned?.arg);
}

function tieTo(sequence: Relation, parts: readonly string[], scene: Scene): void {
  if (parts.length < 2) return; // OWNED BY NONE
  const table = relationOrAssumed(scene.catalog, nameOf(parts.slice(0, -1)));
  scene.lock(table, 'AccessShareLock', ownedBy);
  sequence.ownedBy?.table.owns.delete(sequence);
  sequence.ownedBy = { table, column: parts.at(-1) ?? '' };
  table.owns.add(sequence);
}

export function createSequence(statement: CreateSeqStmt, scene: Scene): void {
  const name = rangeName(statement.sequence);
  if (statement.if_not_exists === true && findRelation(scene.catalog, name) !== undefined) return;
  const sequence = addRelation(scene.catalog, name, 'sequence');
  tieTo(sequence, ownerColumn(statement.options), scene);
}

export function alterSequence(statement: AlterSeqStmt, scene: Scene): void {
  const absent = findRelation(scene.catalog, rangeName(statement.sequence)) === undefined;
  if (absent && statement.missing_ok === true && scene.catalog.complete) return;
  const sequence = relationOf(scene, statement.sequence, 'sequence');
  scene.lock(sequence, 'ShareRowExclusiveLock', sequenceWhy);
  noteRestart(statement.options, sequence, scene);
  const options = (statement.options ?? []).map((each) => nodeAs(each, 'DefElem')?.defname);
  const harmless = new Set(['owned_by', 'cache', 'nomaxvalue', 'nominvalue']);
  sequence.altered = options.filter((name) => name !== undefined && !harmless.has(name)).join(', ') || sequence.altered;
  if (options.includes('restart')) loseData(scene, sequence, 'it begins anew', sequenceWhy.source);
  tieTo(sequence, ownerColumn(statement.options), scene);
}

export function createForeignTable(statement: CreateForeignTableStmt, scene: Scene): void {
  if (statement.base === undefined) return;
  createTable(statement.base, scene, 'foreign table');
  const made = findRelation(scene.catalog, rangeName(statement.base.relation));
  if (made !== undefined) made.server = statement.servername;
}

export function createServer({ servername, fdwname }: CreateForeignServerStmt, scene: Scene): void {
  scene.catalog.servers.set(servername ?? '', fdwname ?? '');
}
