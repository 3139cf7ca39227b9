import { type Catalog, findRelation, type Routine } from '../catalog/catalog.ts';
import type { Relation } from '../catalog/relation.ts';
import type { StatementFacts } from '../statement.ts';
import { differencesOfChange, restores } from './compare-others.ts';
import { compareRelation, type Surroundings } from './compare-relation.ts';
import { compareRoutine, unseenRivals } from './compare-routines.ts';
import { compareType, type TypeState, typeState, typeStates } from './compare-types.ts';
import { type Difference, differenceKey, unknown } from './difference.ts';
import { stampedColumns } from './stamping.ts';
import { assumedState, currentState, type RelationState, stateName, stateOf } from './state.ts';

/** Where in the release something happened. */
export interface Place {
  readonly path: string;
  readonly line: number;
}

export interface PlacedDifference extends Difference {
  readonly place: Place;
}

/** Follows a release statement by statement on the catalog that they change. */
export interface FollowedRelease {
  /** After a statement. @param touched relations of which it may have changed something */
  note(path: string, facts: StatementFacts, touched: ReadonlySet<Relation>): void;
  /** What is different at the end, each with the statement that brought it about. */
  finish(): readonly PlacedDifference[];
}

/** Statements that run through tables and change no definition, whichever tables they are. */
const upkeep = new Set(['VACUUM', 'ANALYZE', 'REINDEX', 'CLUSTER', 'CHECKPOINT']);
const ofTypes = /TYPE|DOMAIN|SCHEMA|^DO$/;
const ofRoutines = /FUNCTION|PROCEDURE|ROUTINE|AGGREGATE|SCHEMA|^DO$/;

/** What was there before the release. */
interface Baseline {
  readonly relations: Map<Relation, RelationState>;
  readonly types: readonly TypeState[];
  readonly routines: readonly Routine[];
}

function takeBaseline(catalog: Catalog): Baseline {
  catalog.assumedRelations.length = 0;
  catalog.assumedRoutines.length = 0;
  catalog.assumedTypes.clear();
  const lasting = [...catalog.relations.values()].filter(({ persistence }) => persistence !== 'temporary');
  return {
    relations: new Map(lasting.map((relation) => [relation, stateOf(relation)])),
    types: typeStates(catalog),
    routines: [...catalog.routines.values()].flat(),
  };
}

function typesBefore({ types }: Baseline, catalog: Catalog): readonly TypeState[] {
  const gone = [...catalog.assumedTypes].map(([name, type]) => {
    const dot = name.indexOf('.');
    return typeState(name.slice(0, dot), name.slice(dot + 1), type);
  });
  const known = new Set(types.map(({ type }) => type));
  const changed = typeStates(catalog).filter(
    ({ type }) => type.origin === 'assumed' && type.renamed !== true && !known.has(type),
  );
  // Of a type that nobody made nothing is known from before; what was done to it stands in its edits.
  const unseen = [...gone, ...changed].map((state) => ({
    ...state,
    values: undefined,
    checks: new Map(),
    base: undefined,
  }));
  return [...types, ...unseen];
}

function surroundingsOf(catalog: Catalog, baseline: Baseline): Surroundings {
  return {
    named: (schema, name) => {
      const found = findRelation(catalog, { schema, name });
      return found === undefined ? undefined : currentState(found);
    },
    current: (relation) => {
      const found = findRelation(catalog, relation);
      return found === relation ? currentState(relation) : undefined;
    },
    types: {
      renamed: (from, to) => {
        const old = baseline.types.find(({ name }) => name === from);
        return (
          old !== undefined &&
          from !== to &&
          [...catalog.types].some(([at, type]) => type === old.type && at.endsWith(`\u0000${to}`))
        );
      },
    },
    stamping: (name) => stampedColumns(catalog, name),
  };
}

/** Compares what was there before with what is there now, at any moment of the release. */
function createComparison(catalog: Catalog) {
  const baseline = takeBaseline(catalog);
  let assumed = 0;
  const before = (relation: Relation): RelationState | undefined => {
    for (; assumed < catalog.assumedRelations.length; assumed += 1) {
      const given = catalog.assumedRelations[assumed];
      if (given !== undefined) baseline.relations.set(given.relation, assumedState(given));
    }
    return baseline.relations.get(relation);
  };
  return {
    before,
    surroundings: (): Surroundings => surroundingsOf(catalog, baseline),
    relation: (relation: Relation, surroundings: Surroundings): readonly Difference[] => {
      const state = before(relation);
      return state === undefined ? [] : compareRelation(state, surroundings);
    },
    types: (): Difference[] => typesBefore(baseline, catalog).flatMap((type) => compareType(type, catalog)),
    routines: (): Difference[] => [
      ...[...baseline.routines, ...catalog.assumedRoutines].flatMap((routine) => compareRoutine(routine, catalog)),
      ...unseenRivals(catalog),
    ],
  };
}

/** Keeps the statement that first brought a difference about. */
function createAttribution() {
  const first = new Map<string, Place>();
  return {
    note: (differences: readonly Difference[], place: Place): void => {
      for (const difference of differences) {
        const id = differenceKey(difference);
        if (!first.has(id)) first.set(id, place);
      }
    },
    placeOf: (difference: Difference): Place | undefined => first.get(differenceKey(difference)),
  };
}

/** @param catalog what was there before the release; what its statements do to it is noted from now on */
export function followRelease(catalog: Catalog): FollowedRelease {
  const comparison = createComparison(catalog);
  const attribution = createAttribution();
  const seen = new Set<Relation>();
  const places = new Map<number, Place>();
  const others: PlacedDifference[] = [];
  const made = new Set<string>();
  return {
    note: (path, facts, touched) => {
      const place = { path, line: facts.line };
      places.set(catalog.serial, place);
      if (facts.opaqueReason !== undefined && !upkeep.has(facts.kind)) {
        const text = `${facts.kind}: ${facts.opaqueReason}`;
        others.push({ ...unknown('opaque', '', text), detail: `${path}:${facts.line}`, place });
      }
      noteOthers(facts, place, others, made);
      const old = [...touched].filter((relation) => comparison.before(relation) !== undefined);
      const surroundings = comparison.surroundings();
      for (const relation of old) {
        seen.add(relation);
        attribution.note(comparison.relation(relation, surroundings), place);
      }
      if (ofTypes.test(facts.kind)) attribution.note(comparison.types(), place);
      if (ofRoutines.test(facts.kind)) attribution.note(comparison.routines(), place);
    },
    finish: () => {
      const surroundings = comparison.surroundings();
      const schemas = new Set(others.filter(({ what }) => what === 'schema-gone').map(({ object }) => object));
      const compared = (relation: Relation): readonly Difference[] => comparison.relation(relation, surroundings);
      const relations = [...seen].flatMap((relation) => ownDifferences(relation, compared, comparison.before, schemas));
      const madeAnew = (object: string): Place => {
        const [schema, name = ''] = object.split('.');
        const now = findRelation(catalog, { schema, name });
        return places.get(now?.madeBy ?? -1) ?? [...places.values()].at(-1) ?? { path: '', line: 1 };
      };
      const differences = [...relations, ...comparison.types(), ...comparison.routines()];
      const placed = differences.map((each) => ({
        ...each,
        place: attribution.placeOf(each) ?? madeAnew(each.object),
      }));
      return distinct([...placed, ...others]);
    },
  };
}

/** Differences of a relation, without those that its schema or its partitioned parent has said already. */
function ownDifferences(
  relation: Relation,
  compared: (relation: Relation) => readonly Difference[],
  before: (relation: Relation) => RelationState | undefined,
  goneSchemas: ReadonlySet<string>,
): readonly Difference[] {
  const state = before(relation);
  if (state === undefined || goneSchemas.has(state.schema)) return [];
  const own = compared(relation);
  // What becomes of a sequence that a column owns is said of the column.
  const said = state.ownedBy === undefined ? [] : compared(state.ownedBy);
  if (said.some(({ effect }) => effect === 'breaks')) return [];
  if (state.partition === undefined) return own;
  if (own.some(({ what }) => what === 'relation-gone')) return []; // its parent has lost a partition
  const name = stateName(state);
  const ofParents = relation.parents.flatMap((parent) => {
    const parentState = before(parent);
    const prefix = parentState === undefined ? '' : stateName(parentState);
    return compared(parent).map(({ what, object }) => `${what} ${object.slice(prefix.length)}`);
  });
  return own.filter(({ what, object }) => !ofParents.includes(`${what} ${object.slice(name.length)}`));
}

function noteOthers(facts: StatementFacts, place: Place, others: PlacedDifference[], made: Set<string>): void {
  for (const change of facts.changes) {
    const restored = restores(change);
    if (restored !== undefined) {
      made.add(restored);
      const kept = others.filter(({ detail }) => detail !== restored);
      others.splice(0, others.length, ...kept);
    }
    const found = differencesOfChange(change).filter(({ detail }) => detail === undefined || !made.has(detail));
    for (const difference of found) others.push({ ...difference, place });
  }
}

function distinct(differences: readonly PlacedDifference[]): readonly PlacedDifference[] {
  return [...new Map(differences.map((each) => [differenceKey(each), each])).values()];
}
