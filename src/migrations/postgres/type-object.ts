import type {
  AlterDomainStmt,
  AlterEnumStmt,
  AlterSeqStmt,
  CompositeTypeStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateForeignTableStmt,
  CreateRangeStmt,
  CreateSeqStmt,
  Node,
} from 'libpg-query';
import { addRelation, addType, findRelation, findType, relationOrAssumed } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Why } from '../effects.ts';
import { createTable } from './create-table.ts';
import { columnTypeOf, nameOf, nameParts, nodeAs, stringsOf } from './node.ts';
import { quoteIdentifier } from './quote.ts';
import { rangeName, relationOf, type Scene } from './scene.ts';

const domainCheck: Why = {
  reason: 'every value of the domain is read to see that the constraint holds',
  source: 'validateDomainCheckConstraint and validateDomainNotNullConstraint, typecmds.c',
};
const sequenceWhy: Why = { reason: 'the sequence is changed for everybody', source: 'AlterSequence, sequence.c' };
const ownedBy: Why = { reason: 'the sequence is tied to a column of it', source: 'process_owned_by, sequence.c' };

export function createDomain(statement: CreateDomainStmt, scene: Scene): void {
  const base = columnTypeOf(statement.typeName);
  const own = (statement.constraints ?? []).map((each) => nodeAs(each, 'Constraint')?.contype);
  const ofBase = base === undefined ? undefined : findType(scene.catalog, { schema: base.schema, name: base.name });
  addType(scene.catalog, nameOf(stringsOf(statement.domainname)), {
    kind: 'domain',
    ...(base === undefined ? {} : { base }),
    constrained: own.includes('CONSTR_CHECK') || own.includes('CONSTR_NOTNULL') || ofBase?.constrained === true,
  });
}

export function createEnum(statement: CreateEnumStmt, scene: Scene): void {
  addType(scene.catalog, nameOf(stringsOf(statement.typeName)), { kind: 'enum', constrained: false });
}

export function createRange(statement: CreateRangeStmt, scene: Scene): void {
  addType(scene.catalog, nameOf(stringsOf(statement.typeName)), { kind: 'range', constrained: false });
}

export function createComposite(statement: CompositeTypeStmt, scene: Scene): void {
  addType(scene.catalog, rangeName(statement.typevar), { kind: 'composite', constrained: false });
}

/** ALTER TYPE … ADD VALUE: refused in a transaction before 12. */
export function alterEnum(statement: AlterEnumStmt, scene: Scene): void {
  if (statement.newVal !== undefined && statement.oldVal === undefined && scene.version < 12) scene.forbidTransaction();
}

/** Tables and materialized views with a column of the domain. */
function usersOf(scene: Scene, domain: string): Relation[] {
  return [...scene.catalog.relations.values()].filter(
    (relation) =>
      relation.kind !== 'view' && [...relation.columns.values()].some((column) => column.type?.name === domain),
  );
}

/** ALTER DOMAIN: adding, validating or setting NOT NULL reads every table that uses the domain; dropping reads nothing. */
export function alterDomain(statement: AlterDomainStmt, scene: Scene): void {
  const name = nameOf(stringsOf(statement.typeName));
  const constraint = nodeAs(statement.def, 'Constraint');
  const adds = statement.subtype === 'C' || statement.subtype === 'O';
  const type = findType(scene.catalog, name);
  if (adds && type !== undefined) type.constrained = true;
  const reads =
    (statement.subtype === 'C' && constraint?.skip_validation !== true) ||
    statement.subtype === 'V' ||
    statement.subtype === 'O';
  if (!reads) return;
  for (const relation of usersOf(scene, name.name)) {
    scene.lock(relation, 'ShareLock', domainCheck);
    const work = [scene.scan(relation, domainCheck)];
    scene.change({
      type: 'domain-checked',
      relation: qualifiedName(relation),
      table: qualifiedName(relation),
      domain: quoteIdentifier(name.name),
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
  const sequence = relationOf(scene, statement.sequence, 'sequence');
  scene.lock(sequence, 'ShareRowExclusiveLock', sequenceWhy);
  tieTo(sequence, ownerColumn(statement.options), scene);
}

export function createForeignTable(statement: CreateForeignTableStmt, scene: Scene): void {
  if (statement.base !== undefined) createTable(statement.base, scene, 'foreign table');
}
