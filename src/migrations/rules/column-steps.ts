import type { Change, ColumnAdded, ConstraintAdded } from '../changes.ts';
import type { RemedyStep } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';
import { updateInBatches } from './backfill.ts';
import { notNullSteps } from './not-null-steps.ts';
import { bareName, besideTable, inside, nameFor } from './steps.ts';
import { uniqueIndexSteps } from './unique-index-steps.ts';

/** Virtual generated columns are there from this version on. */
const virtualSince = 18;

/** A trigger that computes the column from the row, so that new rows have it while old ones are filled. */
export function computeByTrigger(table: string, column: string, expression: string): readonly string[] {
  const name = nameFor(table, [column], 'compute');
  const compute = besideTable(table, name);
  return [
    `CREATE FUNCTION ${compute}() RETURNS trigger LANGUAGE plpgsql AS $compute$\nBEGIN\n` +
      `  NEW.${column} := (SELECT ${expression} FROM (SELECT (NEW).*) AS ${bareName(table) === 'new' ? 'written' : 'new_row'});\n` +
      `  RETURN NEW;\nEND\n$compute$`,
    `CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${compute}()`,
  ];
}

function filledByDefault(change: ColumnAdded, serverVersion: number, makeDefault: readonly string[]): RemedyStep[] {
  const { table, column, columnType, key } = change;
  return [
    inside(`ALTER TABLE ${table} ADD COLUMN ${column} ${columnType}`, ...makeDefault),
    updateInBatches({ table, assignments: `${column} = DEFAULT`, remaining: `${column} IS NULL`, key }),
    ...(change.notNull ? notNullSteps(table, [column], serverVersion) : []),
  ];
}

function fromSequence(change: ColumnAdded, serverVersion: number): RemedyStep[] {
  const { table, column, columnType } = change;
  const sequence = besideTable(table, nameFor(table, [column], 'seq'));
  return filledByDefault(change, serverVersion, [
    `CREATE SEQUENCE ${sequence} AS ${columnType} OWNED BY ${table}.${column}`,
    `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT nextval('${sequence.replaceAll("'", "''")}')`,
  ]);
}

function generated(change: ColumnAdded, serverVersion: number): RemedyStep[] {
  const { table, column, columnType, key } = change;
  const expression = change.generatedFrom ?? '(<expression>)';
  if (serverVersion >= virtualSince) {
    const add = `ALTER TABLE ${table} ADD COLUMN ${column} ${columnType} GENERATED ALWAYS AS ${expression} VIRTUAL`;
    return [inside('-- computed when it is read, so that no row is written:', add)];
  }
  const remaining = `${column} IS DISTINCT FROM ${expression}`;
  return [
    inside(`ALTER TABLE ${table} ADD COLUMN ${column} ${columnType}`, ...computeByTrigger(table, column, expression)),
    updateInBatches({ table, assignments: `${column} = ${expression}`, remaining, key }),
  ];
}

/** VALUE in a domain's condition is the column in a table's. */
function conditionOn(column: string, check: string): string {
  return check.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\bvalue\b/gi, (word) => (/^value$/i.test(word) ? column : word));
}

function withoutDomain(change: ColumnAdded, serverVersion: number): RemedyStep[] {
  const { table, column, columnType, domain, defaultExpression } = change;
  const checks = domain?.checks ?? [];
  const name = nameFor(table, [column], 'check');
  const fallback = defaultExpression === undefined ? '' : ` DEFAULT ${defaultExpression}`;
  const conditions =
    checks.length === 0 ? '(<condition>)' : checks.map((check) => conditionOn(column, check)).join(' AND ');
  const condition = checks.length > 1 ? `(${conditions})` : conditions;
  const needsCheck = checks.length > 0 || domain?.notNull !== true;
  const base = domain?.base ?? `<the type below ${columnType}>`;
  return [
    inside(
      `ALTER TABLE ${table} ADD COLUMN ${column} ${base}${fallback}`,
      ...(needsCheck ? [`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK ${condition} NOT VALID`] : []),
    ),
    ...(needsCheck ? [inside(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${name}`)] : []),
    ...(domain?.notNull === true ? notNullSteps(table, [column], serverVersion) : []),
  ];
}

function plainly(change: ColumnAdded): RemedyStep[] {
  const { table, column, columnType, collation, defaultExpression, generatedFrom, notNull } = change;
  const parts = [
    `ALTER TABLE ${table} ADD COLUMN ${column} ${columnType}`,
    collation === undefined ? '' : `COLLATE ${collation}`,
    defaultExpression === undefined ? '' : `DEFAULT ${defaultExpression}`,
    generatedFrom === undefined ? '' : `GENERATED ALWAYS AS ${generatedFrom} VIRTUAL`,
    notNull && !change.requiredWithoutDefault ? 'NOT NULL' : '',
  ];
  return [inside(parts.filter((part) => part !== '').join(' '))];
}

/** Migrations that add the column without writing the table anew under a lock; its constraints are left to their rules. */
export function columnSteps(change: ColumnAdded, serverVersion: number): readonly RemedyStep[] {
  const { table, column, cause, defaultExpression } = change;
  switch (cause) {
    case 'volatile default':
      return filledByDefault(change, serverVersion, [
        `ALTER TABLE ${table} ALTER COLUMN ${column} SET DEFAULT ${defaultExpression ?? '<default>'}`,
      ]);
    case 'serial':
    case 'identity':
      return fromSequence(change, serverVersion);
    case 'stored generated':
      return generated(change, serverVersion);
    case 'constrained domain':
      return withoutDomain(change, serverVersion);
    default:
      return plainly(change);
  }
}

function isNewColumnOf(key: ConstraintAdded, change: Change): boolean {
  return change.type === 'column-added' && change.table === key.table && key.columns.includes(change.column);
}

/** A key over a column that the same statement adds, and that the statement writes anew or cannot add to a table with rows. */
export function comesWithItsColumn(facts: StatementFacts, key: ConstraintAdded): boolean {
  return facts.changes.some(
    (change) =>
      isNewColumnOf(key, change) &&
      change.type === 'column-added' &&
      (change.work.length > 0 || change.requiredWithoutDefault),
  );
}

/** Migrations to the keys that the statement puts over the new column. */
export function keySteps(facts: StatementFacts, column: ColumnAdded): readonly RemedyStep[] {
  return facts.changes.flatMap((change) => {
    if (change.type !== 'constraint-added' || !isNewColumnOf(change, column)) return [];
    const isKey = change.constraint === 'primary key' || change.constraint === 'unique';
    return isKey && !change.usingIndex ? uniqueIndexSteps(change) : [];
  });
}

/** The same for the column in whose definition a constraint stands. */
export function stepsForColumn(
  facts: StatementFacts,
  table: string,
  column: string | undefined,
): readonly RemedyStep[] {
  if (column === undefined) return [];
  const added = facts.changes.find(
    (change) => change.type === 'column-added' && change.table === table && change.column === column,
  );
  return added?.type === 'column-added' ? columnSteps(added, facts.serverVersion) : [];
}
