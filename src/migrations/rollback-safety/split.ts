import { spellType } from '../catalog/column-type.ts';
import type { Column } from '../catalog/relation.ts';
import type { SplitStep } from './verdict.ts';

/** PostgreSQL: quote_identifier, ruleutils.c, without its list of keywords: what is in doubt is quoted. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function quotedPair(relation: { readonly schema: string; readonly name: string }): string {
  const own = quoted(relation.name);
  return relation.schema === 'public' ? own : `${quoted(relation.schema)}.${own}`;
}

const inside = 'inside';

/** First the code that does without, then, a release later, the change itself. */
export function later(code: string, sql: string): SplitStep[] {
  return [
    { phase: 'expand', transaction: inside, sql: `-- this release: ${code}; no change of the schema` },
    { phase: 'contract', transaction: inside, sql },
  ];
}

/** A column that goes: nullable first, so that the new version may leave it out. */
export function dropColumnSplit(table: string, column: Column): SplitStep[] {
  const name = quoted(column.name);
  const required = column.notNull && column.standard === undefined && column.generated === undefined;
  const expand = required
    ? `-- this release: code that neither reads nor writes ${name}\nALTER TABLE ${table} ALTER COLUMN ${name} DROP NOT NULL;`
    : `-- this release: code that neither reads nor writes ${name}; no change of the schema`;
  return [
    { phase: 'expand', transaction: inside, sql: expand },
    { phase: 'contract', transaction: inside, sql: `ALTER TABLE ${table} DROP COLUMN ${name};` },
  ];
}

/** A column of another name or type beside the old one, kept alike by a trigger while both versions run. */
export function replaceColumnSplit(table: string, from: string, to: string, type: string | undefined): SplitStep[] {
  const [old, next] = [quoted(from), quoted(to)];
  const sync = quoted(`sync_${from}_${to}`.slice(0, 63));
  const expand = [
    '-- this release: code that writes both columns, or the trigger that does',
    `ALTER TABLE ${table} ADD COLUMN ${next} ${type ?? 'text'};${type === undefined ? ' -- the type of the old column' : ''}`,
    `CREATE FUNCTION ${sync}() RETURNS trigger LANGUAGE plpgsql AS $$`,
    'BEGIN',
    `  IF TG_OP = 'UPDATE' AND NEW.${next} IS DISTINCT FROM OLD.${next} THEN NEW.${old} := NEW.${next};`,
    `  ELSIF NEW.${old} IS NOT NULL THEN NEW.${next} := NEW.${old};`,
    `  ELSE NEW.${old} := NEW.${next}; END IF;`,
    '  RETURN NEW;',
    'END $$;',
    `CREATE TRIGGER ${sync} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${sync}();`,
  ];
  return [
    { phase: 'expand', transaction: inside, sql: expand.join('\n') },
    {
      phase: 'expand',
      transaction: 'outside',
      sql: `-- in batches by key:\nUPDATE ${table} SET ${next} = ${old} WHERE ${next} IS DISTINCT FROM ${old};`,
    },
    {
      phase: 'contract',
      transaction: inside,
      sql: `DROP TRIGGER ${sync} ON ${table};\nDROP FUNCTION ${sync}();\nALTER TABLE ${table} DROP COLUMN ${old};`,
    },
  ];
}

/** A name for the old version, as long as it is needed. */
export function renameSplit(
  from: { schema: string; name: string },
  to: { schema: string; name: string },
  isTable: boolean,
): SplitStep[] {
  const word = isTable ? 'TABLE' : 'VIEW';
  const move = from.schema === to.schema ? `RENAME TO ${quoted(to.name)}` : `SET SCHEMA ${quoted(to.schema)}`;
  return [
    {
      phase: 'expand',
      transaction: inside,
      sql: `ALTER ${word} ${quotedPair(from)} ${move};\nCREATE VIEW ${quotedPair(from)} AS SELECT * FROM ${quotedPair(to)};`,
    },
    { phase: 'contract', transaction: inside, sql: `DROP VIEW ${quotedPair(from)};` },
  ];
}

/** A column that the old version does not know has to do without a value from it. */
export function requiredColumnSplit(table: string, column: Column): SplitStep[] {
  const name = quoted(column.name);
  const type = column.type === undefined ? 'text' : spellType(column.type);
  return [
    {
      phase: 'expand',
      transaction: inside,
      sql: `ALTER TABLE ${table} ADD COLUMN ${name} ${type};\n-- and code that always writes it; then fill what is there, in batches`,
    },
    ...notNullSteps(table, column.name),
  ];
}

function notNullSteps(table: string, column: string): SplitStep[] {
  const name = quoted(column);
  const check = quoted(`${column}_not_null`.slice(0, 63));
  return [
    {
      phase: 'contract',
      transaction: inside,
      sql: `ALTER TABLE ${table} ADD CONSTRAINT ${check} CHECK (${name} IS NOT NULL) NOT VALID;`,
    },
    { phase: 'contract', transaction: inside, sql: `ALTER TABLE ${table} VALIDATE CONSTRAINT ${check};` },
    {
      phase: 'contract',
      transaction: inside,
      sql: `ALTER TABLE ${table} ALTER COLUMN ${name} SET NOT NULL;\nALTER TABLE ${table} DROP CONSTRAINT ${check};`,
    },
  ];
}

export function notNullSplit(table: string, column: string): SplitStep[] {
  const code = `-- this release: code that always writes ${quoted(column)}; no change of the schema`;
  return [{ phase: 'expand', transaction: inside, sql: code }, ...notNullSteps(table, column)];
}
