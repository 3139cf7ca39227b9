import type { ColumnDef, Constraint as ConstraintNode, Node } from 'libpg-query';
import { addRelation } from '../catalog/catalog.ts';
import type { ColumnType } from '../catalog/column-type.ts';
import type { Column, Relation, Standard } from '../catalog/relation.ts';
import { isRelationName } from './copy-indexes.ts';
import { lockDependency } from './dependency-locks.ts';
import { mayFail, standardOf } from './expression-facts.ts';
import { columnTypeOf, nodeAs, stringsOf } from './node.ts';
import { freeName } from './object-name.ts';
import { sequencesIn } from './query.ts';
import type { Scene } from './scene.ts';

const serialTypes: Readonly<Record<string, string>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

/** A column definition, read once for CREATE TABLE and ADD COLUMN. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType | undefined;
  readonly serial: boolean;
  readonly identity: boolean;
  readonly generated: 'stored' | 'virtual' | undefined;
  readonly notNull: boolean;
  readonly defaultExpression: Node | undefined;
  /** Constraints that are objects of their own: CHECK, UNIQUE, PRIMARY KEY, REFERENCES. */
  readonly constraints: readonly ConstraintNode[];
  readonly collation: string | undefined;
  readonly standard: Standard | undefined;
  readonly identityAlways: boolean;
  /** True where computing the generated value may fail. */
  readonly mayFail: boolean;
}

function generatedKind(constraint: ConstraintNode | undefined): 'stored' | 'virtual' | undefined {
  if (constraint === undefined) return undefined;
  return constraint.generated_kind === 's' ? 'stored' : 'virtual';
}

export function readColumnDefinition(node: ColumnDef): ColumnDefinition {
  const all = (node.constraints ?? []).map((each) => nodeAs(each, 'Constraint')).filter((each) => each !== undefined);
  const ofType = (contype: string): ConstraintNode | undefined => all.find((each) => each.contype === contype);
  const written = columnTypeOf(node.typeName);
  const plain = serialTypes[written?.schema === undefined ? (written?.name ?? '') : ''];
  const identity = ofType('CONSTR_IDENTITY') !== undefined;
  const objects = ['CONSTR_CHECK', 'CONSTR_UNIQUE', 'CONSTR_PRIMARY', 'CONSTR_FOREIGN'];
  return {
    name: node.colname ?? '',
    type: written !== undefined && plain !== undefined ? { ...written, name: plain } : written,
    serial: plain !== undefined,
    identity,
    generated: generatedKind(ofType('CONSTR_GENERATED')),
    notNull: ['CONSTR_NOTNULL', 'CONSTR_PRIMARY'].some((each) => ofType(each)) || identity || plain !== undefined,
    defaultExpression: ofType('CONSTR_DEFAULT')?.raw_expr,
    constraints: all.filter((each) => objects.includes(each.contype ?? '')),
    collation: stringsOf(node.collClause?.collname).at(-1),
    standard: plain !== undefined || identity ? { kind: 'distinct' } : standardOf(ofType('CONSTR_DEFAULT')?.raw_expr),
    identityAlways: ofType('CONSTR_IDENTITY')?.generated_when === 'a',
    mayFail: mayFail(ofType('CONSTR_GENERATED')?.raw_expr),
  };
}

/** Puts the column into the catalog, with the sequence that serial and identity columns own. */
export function recordColumn(definition: ColumnDefinition, table: Relation, scene: Scene): Column {
  const { name, type, identity, generated, notNull, collation, serial, standard, identityAlways } = definition;
  const hasDefault = definition.defaultExpression !== undefined || serial || identity || generated !== undefined;
  const byDefault = definition.defaultExpression;
  const made = { origin: scene.catalog.origin, madeBy: scene.catalog.serial };
  const facts = {
    name,
    type,
    notNull,
    identity,
    generated,
    collation,
    hasDefault,
    byDefault,
    standard,
    identityAlways,
  };
  const column: Column = { ...facts, mayFail: definition.mayFail, ...made };
  table.columns.set(name, column);
  column.draws =
    serial || identity ? addOwnedSequence(table, name, scene) : drawnFrom(definition.defaultExpression, scene);
  return column;
}

/** The sequence that a default draws from, where it is nextval with the sequence's name spelled out. */
export function drawnFrom(expression: Node | undefined, scene: Scene): Relation | undefined {
  const drawn = expression === undefined ? undefined : sequencesIn(expression, scene)[0];
  lockDependency(drawn, scene);
  return drawn;
}

/** The sequence of a serial or identity column, named as PostgreSQL names it. PostgreSQL: generateSerialExtraStmts, parse_utilcmd.c. */
export function addOwnedSequence(table: Relation, column: string, scene: Scene): Relation {
  const taken = (name: string): boolean => isRelationName(scene, table.schema, name);
  const name = freeName(scene.catalog, { table: table.name, columns: [column], label: 'seq' }, taken);
  const sequence = addRelation(scene.catalog, { schema: table.schema, name }, 'sequence');
  sequence.ownedBy = { table, column };
  table.owns.add(sequence);
  return sequence;
}
