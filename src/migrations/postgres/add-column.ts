import { spellType } from '../catalog/column-type.ts';
import type { Relation } from '../catalog/relation.ts';
import type { ColumnAdded } from '../changes.ts';
import type { Why, Work } from '../effects.ts';
import { describeAdded, type Received, receivers, tieToParents } from './add-constraint.ts';
import type { Alteration } from './alteration.ts';
import { type ColumnDefinition, readColumnDefinition, recordColumn } from './column-definition.ts';
import { nodeAs } from './node.ts';
import { lockSequences } from './query.ts';
import { quoteIdentifier } from './quote.ts';
import { rewriteTable } from './rewrite.ts';
import { keyOf } from './rows-changed.ts';
import { expressionText, parenthesised } from './sql-text.ts';
import { recordConstraint } from './table-constraint.ts';
import { domainBelow, isConstrainedDomain } from './type-change.ts';
import { isVolatile } from './volatility.ts';

const source = 'ATExecAddColumn, tablecmds.c; ALTER TABLE, "Notes"';

const reasons: Readonly<Record<NonNullable<ColumnAdded['cause']>, string>> = {
  'volatile default': 'the default is volatile, so each row is written with a value of its own',
  serial: 'each row is written with a number from the sequence',
  identity: 'each row is written with a number from the identity sequence',
  'stored generated': 'the generated value is stored in each row',
  'constrained domain': 'the domain has constraints, so each row is written and checked',
};

/** Why every row has to be written, if it has to. */
function causeOf(definition: ColumnDefinition, { scene }: Alteration): ColumnAdded['cause'] {
  if (definition.serial) return 'serial';
  if (definition.identity) return 'identity';
  if (definition.generated === 'stored') return 'stored generated';
  if (definition.generated === 'virtual') return undefined;
  if (isConstrainedDomain(scene.catalog, definition.type)) return 'constrained domain';
  if (isVolatile(definition.defaultExpression, scene.catalog, scene.version)) return 'volatile default';
  return undefined;
}

/** The text of the DEFAULT, ready to be put into a fix. */
function defaultText(alteration: Alteration): string | undefined {
  const match = /\bdefault\s+/i.exec(alteration.text);
  if (match === null) return undefined;
  const text = expressionText(alteration.text, match.index + match[0].length);
  return text.replace(
    /\s+(not\s+null|null|check|unique|references|primary|constraint|collate|generated)\b[\s\S]*$/i,
    '',
  );
}

/** The expression of a generated column, in its parentheses. */
function generatedFrom({ text }: Alteration, definition: ColumnDefinition): Pick<ColumnAdded, 'generatedFrom'> {
  const at = definition.generated === undefined ? -1 : text.search(/\bgenerated\s+always\s+as\s*\(/i);
  const expression = at === -1 ? undefined : parenthesised(text, at);
  return expression === undefined ? {} : { generatedFrom: expression };
}

function isNullConstant(definition: ColumnDefinition): boolean {
  return nodeAs(definition.defaultExpression, 'A_Const')?.isnull === true;
}

function addTo(alteration: Alteration, target: Relation, definition: ColumnDefinition): Work[] {
  const { scene } = alteration;
  const cause = causeOf(definition, alteration);
  recordColumn(definition, target, scene);
  if (cause === 'volatile default') lockSequences(definition.defaultExpression, scene);
  if (cause === undefined || target.kind === 'partitioned table' || target.kind === 'foreign table') return [];
  const why: Why = { reason: reasons[cause], source };
  return rewriteTable(scene, target, why);
}

/** DEFAULT NULL fills nothing, but a foreign key beside it is validated all the same (measured). */
function isFilled(definition: ColumnDefinition): boolean {
  const hasDefault = definition.defaultExpression !== undefined && !isNullConstant(definition);
  return hasDefault || definition.serial || definition.identity || definition.generated !== undefined;
}

function reportConstraints(alteration: Alteration, definition: ColumnDefinition): void {
  const { scene } = alteration;
  for (const node of definition.constraints) {
    const received = receivers(alteration, node).flatMap((target): Received[] => {
      const constraint = recordConstraint(node, target, scene, definition.name);
      return constraint === undefined ? [] : [{ constraint, couldBeNull: false, nullable: [] }];
    });
    tieToParents(received.map(({ constraint }) => constraint));
    const filled = definition.defaultExpression !== undefined || isFilled(definition);
    const inColumn = { withColumn: definition.name, filled };
    const change = describeAdded(alteration, node, received, inColumn);
    if (change !== undefined) scene.change(change);
  }
}

/** ADD COLUMN, with the constraints that stand in the column's definition. */
export function addColumn(alteration: Alteration): void {
  const { scene, command, table, targets } = alteration;
  const node = nodeAs(command.def, 'ColumnDef');
  if (node === undefined) return;
  const definition = readColumnDefinition(node);
  if (command.missing_ok === true && table.columns.has(definition.name)) return;
  const cause = causeOf(definition, alteration);
  const work = targets.flatMap((target) => addTo(alteration, target, definition));
  const expression = defaultText(alteration);
  scene.change({
    type: 'column-added',
    relation: alteration.relation,
    table: alteration.sqlTable,
    column: quoteIdentifier(definition.name),
    columnType: definition.type === undefined ? '' : spellType(definition.type),
    ...(definition.collation === undefined ? {} : { collation: quoteIdentifier(definition.collation) }),
    work,
    notNull: definition.notNull,
    requiredWithoutDefault: definition.notNull && !isFilled(definition),
    ...(cause === undefined ? {} : { cause }),
    ...(expression === undefined ? {} : { defaultExpression: expression }),
    ...generatedFrom(alteration, definition),
    ...domainBelow(scene.catalog, definition.type),
    ...keyOf(table),
  });
  reportConstraints(alteration, definition);
}
