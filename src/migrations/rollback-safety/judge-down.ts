import { type Catalog, findIndex, findRelation } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { Change } from '../changes.ts';
import type { FileFacts, StatementFacts } from '../statement.ts';
import type { DownLoss, DownVerdict } from './verdict.ts';

/** What a migration did on its way up, as its way down is judged by. */
export interface UpRecord {
  /** Serial numbers of its first and last statement. */
  readonly from: number;
  readonly to: number;
  readonly touched: ReadonlySet<Relation>;
  readonly changes: readonly Change[];
}

export interface DownJudgement {
  readonly down: DownVerdict;
  readonly downProblems: readonly string[];
  readonly downLosses: readonly DownLoss[];
}

/** Names of what the migration has made and what is there, in words: `table public.a`, `column public.a.b`. */
export function madeBy(up: UpRecord, catalog: Catalog): Set<string> {
  const made = new Set<string>();
  const inside = (serial: number | undefined): boolean => serial !== undefined && serial >= up.from && serial <= up.to;
  for (const relation of catalog.relations.values()) {
    if (inside(relation.madeBy) && relation.ownedBy === undefined && relation.persistence !== 'temporary')
      made.add(`${relation.kind} ${qualifiedName(relation)}`);
  }
  for (const index of catalog.indexes.values()) {
    if (inside(index.madeBy) && !inside(index.table.madeBy)) made.add(`index ${qualifiedName(index)}`);
  }
  for (const relation of up.touched) {
    if (inside(relation.madeBy) || findRelation(catalog, relation) !== relation) continue;
    for (const column of relation.columns.values()) {
      if (inside(column.madeBy)) made.add(`column ${qualifiedName(relation)}.${column.name}`);
    }
  }
  for (const [at, type] of catalog.types) if (inside(type.madeBy)) made.add(`type ${at.replace('\u0000', '.')}`);
  for (const routine of [...catalog.routines.values()].flat()) {
    if (inside(routine.madeBy) && routine.origin === 'set')
      made.add(`${routine.kind} ${routine.schema}.${routine.name}`);
  }
  return made;
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function relationNamed(catalog: Catalog, qualified: string): Relation | undefined {
  const dot = qualified.indexOf('.');
  return findRelation(catalog, { schema: qualified.slice(0, dot), name: qualified.slice(dot + 1) });
}

/** What the migration took away, and its way down has not brought back. */
function stillGone(up: UpRecord, catalog: Catalog): string[] {
  return up.changes.flatMap((change): string[] => {
    const relation = change.relation;
    if (change.type === 'relation-dropped' && change.what !== 'schema' && change.what !== 'database') {
      return relationNamed(catalog, relation) === undefined ? [`${change.what} ${relation}`] : [];
    }
    if (change.type === 'column-dropped') {
      const table = relationNamed(catalog, relation);
      return table?.columns.has(unquoted(change.column)) === false
        ? [`column ${relation}.${unquoted(change.column)}`]
        : [];
    }
    if (change.type === 'index-dropped') {
      const parts = change.index.split('.').map(unquoted);
      return findIndex(catalog, { schema: parts.at(-2), name: parts.at(-1) ?? '' }) === undefined
        ? [`index ${change.index}`]
        : [];
    }
    return [];
  });
}

/** What the down's statements lose, and whether the migration itself had brought it. */
function lossesOf(path: string, statements: readonly StatementFacts[], made: ReadonlySet<string>): DownLoss[] {
  const names = [...made].map((each) => each.slice(each.lastIndexOf(' ') + 1));
  return statements.flatMap(({ line, effects }) =>
    effects.losses
      .filter(({ what }) => what === 'data')
      .map(({ object, reason }) => ({
        path,
        line,
        object,
        reason: names.some((name) => object === name || object.startsWith(`${name}.`))
          ? 'what was written to it since goes with it'
          : reason,
      })),
  );
}

/** What is not there although a statement of the down speaks of it. */
export interface Missing {
  readonly line: number;
  readonly object: string;
}

/** The way down of one migration, judged after it was played on the catalog that its way up has left. */
export function judgeDown(
  down: FileFacts,
  up: UpRecord,
  catalog: Catalog,
  { made, missing }: { readonly made: ReadonlySet<string>; readonly missing: readonly Missing[] },
): DownJudgement {
  const { path, error, statements } = down;
  if (error !== undefined) {
    return {
      down: 'cannot-run',
      downProblems: [`${path}:${error.line}:${error.column}: ${error.message}`],
      downLosses: [],
    };
  }
  if (statements.length === 0)
    return { down: 'absent', downProblems: [`${path}: the down migration has no statements`], downLosses: [] };
  const absent = missing.map(({ line, object }) => `${path}:${line}: ${object} is not there, so the statement fails`);
  const still = made.size === 0 ? made : madeBy(up, catalog);
  const left = [...made].filter((each) => still.has(each)).map((each) => `${path}: ${each} stays`);
  const gone = stillGone(up, catalog).map((each) => `${path}: ${each} does not come back`);
  const opaque = statements.flatMap(({ line, opaqueReason }) =>
    opaqueReason === undefined ? [] : [`${path}:${line}: ${opaqueReason}`],
  );
  const downLosses = lossesOf(path, statements, made);
  const verdict: DownVerdict = absent.length > 0 ? 'cannot-run' : downLosses.length > 0 ? 'loses-data' : 'present';
  return { down: verdict, downProblems: [...absent, ...left, ...gone, ...opaque], downLosses };
}
