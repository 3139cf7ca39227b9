import { type PostgresEffects, type PostgresLock, postgresLockModes, type Work } from '../migrations/effects.ts';
import type { Observation, ObservedLock } from './observe.ts';

/** Each is named by what is wrong with the claim. */
export const differenceKinds = [
  'lock-too-strong',
  'lock-too-weak',
  'lock-missing',
  'lock-extra',
  'relation-kind',
  'rewrite-missed',
  'rewrite-extra',
  'index-build-missed',
  'index-build-extra',
  'scan-missed',
  'scan-extra',
  'transaction',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export interface Difference {
  readonly what: DifferenceKind;
  readonly relation?: string;
  readonly index?: string;
  readonly claimed?: string;
  readonly observed?: string;
  /** The relation was made by a statement of which the analysis had said that it does not know what it does. */
  readonly madeByOpaque?: true;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  /** What needs rows, where there were none, or a branch that was not taken: neither right nor wrong. */
  readonly notExercised: readonly Difference[];
}

export interface ComparedStatement {
  readonly claimed: PostgresEffects;
  readonly observed: Observation;
  /** What a query reads is up to the planner; what a change of definition reads is not. */
  readonly isQuery: boolean;
  /** Queries stand inside: what is read beyond the claims may be theirs. */
  readonly holdsQueries?: boolean;
  /** Relations that opaque statements have made. */
  readonly unknowable: ReadonlySet<string>;
  /** Those of the claimed scans' relations that hold no rows: a scan of one cannot be seen, nor of what is joined to it. */
  readonly withoutRows: ReadonlySet<string>;
}

const strength = (lock: Pick<ObservedLock, 'mode'>): number => postgresLockModes.indexOf(lock.mode);

/** Effects name relations of the server itself nowhere else; nobody waits for them. */
const isSystem = (relation: string): boolean => /^(pg_catalog|information_schema|pg_toast)\./.test(relation);

function differenceOf(claimed: PostgresLock | undefined, observed: ObservedLock | undefined): readonly Difference[] {
  const relation = claimed?.relation ?? observed?.relation ?? '';
  if (claimed === undefined) return observed ? [{ what: 'lock-missing', relation, observed: observed.mode }] : [];
  if (observed === undefined) return [{ what: 'lock-extra', relation, claimed: claimed.mode }];
  const modes = { relation, claimed: claimed.mode, observed: observed.mode };
  const kinds = { relation, claimed: claimed.kind, observed: observed.kind };
  return [
    ...(strength(claimed) > strength(observed) ? [{ what: 'lock-too-strong', ...modes } as const] : []),
    ...(strength(claimed) < strength(observed) ? [{ what: 'lock-too-weak', ...modes } as const] : []),
    ...(claimed.kind === observed.kind ? [] : [{ what: 'relation-kind', ...kinds } as const]),
  ];
}

function compareLocks(claimed: readonly PostgresLock[], observed: readonly ObservedLock[]): Comparison {
  const differences: Difference[] = [];
  const notExercised: Difference[] = [];
  const seen = new Map(observed.filter(({ kind }) => kind !== 'index').map((lock) => [lock.relation, lock]));
  for (const lock of claimed.filter(({ kind, relation }) => kind !== 'index' && !isSystem(relation))) {
    for (const difference of differenceOf(lock, seen.get(lock.relation))) {
      const depends = lock.when !== undefined && /^lock-(extra|too-strong)$/.test(difference.what);
      (depends ? notExercised : differences).push(difference);
    }
    seen.delete(lock.relation);
  }
  for (const lock of seen.values()) differences.push(...differenceOf(undefined, lock));
  return { differences, notExercised };
}

/** What was claimed and not seen is wrong, unless it was claimed only for some rows or branches. */
function sortExtra(extra: readonly (Difference & { readonly when: Work['when'] })[]): Comparison {
  const bare = ({ when: _, ...difference }: Difference & { readonly when: Work['when'] }): Difference => difference;
  return {
    differences: extra.filter(({ when }) => when === undefined).map(bare),
    notExercised: extra.filter(({ when }) => when !== undefined).map(bare),
  };
}

function compareNames(what: 'rewrite' | 'scan', claimed: readonly Work[], observed: readonly string[]): Comparison {
  const named = new Map(claimed.map(({ relation, when }) => [relation, when]));
  const missed = observed.filter((relation) => !named.has(relation));
  const extra = [...named].filter(([relation]) => !observed.includes(relation) && !isSystem(relation));
  const { differences, notExercised } = sortExtra(
    extra.map(([relation, when]) => ({ what: `${what}-extra` as const, relation, when })),
  );
  return {
    differences: [...missed.map((relation): Difference => ({ what: `${what}-missed`, relation })), ...differences],
    notExercised,
  };
}

function compareBuilds(claimed: PostgresEffects['indexBuilds'], observed: Observation['indexBuilds']): Comparison {
  const key = (build: { relation: string; index?: string }): string => JSON.stringify([build.relation, build.index]);
  const named = new Set(claimed.map(key));
  const built = new Set(observed.map(key));
  const pick = ({ relation, index }: { relation: string; index?: string }) =>
    index === undefined ? { relation } : { relation, index };
  const missed = observed.filter((build) => !named.has(key(build)));
  const extra = claimed.filter((build) => !built.has(key(build)));
  const { differences, notExercised } = sortExtra(
    extra.map((build) => ({ what: 'index-build-extra' as const, ...pick(build), when: build.when })),
  );
  return {
    differences: [
      ...missed.map((build): Difference => ({ what: 'index-build-missed', ...pick(build) })),
      ...differences,
    ],
    notExercised,
  };
}

/** Holds what the analysis claims of one statement against what the server did. */
export function compareEffects(statement: ComparedStatement): Comparison {
  const { claimed, observed, isQuery, withoutRows, unknowable } = statement;
  const locks = observed.locks === undefined ? undefined : compareLocks(claimed.locks, observed.locks);
  const none: Comparison = { differences: [], notExercised: [] };
  const scans = observed.scans === undefined || isQuery ? none : compareNames('scan', claimed.scans, observed.scans);
  const rewrites = compareNames('rewrite', claimed.rewrites, observed.rewrites);
  const builds = compareBuilds(claimed.indexBuilds, observed.indexBuilds);
  const unseen = (scan: Difference): boolean =>
    scan.what === 'scan-extra' ? withoutRows.size > 0 : statement.holdsQueries === true;
  const transaction: Difference = {
    what: 'transaction',
    claimed: claimed.transaction,
    observed: observed.transaction,
  };
  const differences = [
    ...(locks?.differences ?? []),
    ...rewrites.differences,
    ...builds.differences,
    ...scans.differences.filter((scan) => !unseen(scan)),
    ...(claimed.transaction === observed.transaction ? [] : [transaction]),
  ];
  return {
    differences: differences.map((each) =>
      unknowable.has(each.relation ?? '') ? { ...each, madeByOpaque: true } : each,
    ),
    notExercised: [
      ...(locks?.notExercised ?? []),
      ...rewrites.notExercised,
      ...builds.notExercised,
      ...scans.notExercised,
      ...scans.differences.filter(unseen),
    ],
  };
}
