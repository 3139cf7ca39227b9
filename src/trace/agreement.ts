import { type Difference, type DifferenceKind, differenceKinds } from './compare.ts';
import type { TracedStatement } from './replay.ts';

/** How far analysis and server agree, over some statements. */
export interface Agreement {
  readonly statements: number;
  readonly passedOver: number;
  readonly refused: number;
  /** Accepted, and claimed to be known only in part. */
  readonly opaque: number;
  /** Accepted, with locks that could be seen. */
  readonly locksObserved: number;
  /** Of those: every lock on an existing relation that is no index is claimed, with the strongest mode that it had. */
  readonly locksEqual: number;
  /** Of those: all the same but for locks that need rows where there were none. */
  readonly locksNotExercised: number;
  /** Of those: the others, where all that differs is on relations that opaque statements have made. */
  readonly locksUnknowable: number;
  readonly rewrites: { readonly observed: number; readonly claimed: number };
  readonly indexBuilds: { readonly observed: number; readonly claimed: number };
  readonly scans: { readonly observed: number; readonly claimed: number; readonly notExercised: number };
  /** Single differences, of opaque statements too. */
  readonly differences: Readonly<Record<DifferenceKind, number>>;
}

type Compared = Extract<TracedStatement['outcome'], { status: 'compared' }>;

const isLock = ({ what }: Difference): boolean => what.startsWith('lock-');
const hasWrongLock = ({ differences }: Compared): boolean => differences.some(isLock);
const isUnknowable = (outcome: Compared): boolean =>
  hasWrongLock(outcome) && outcome.differences.filter(isLock).every(({ madeByOpaque }) => madeByOpaque === true);
const lacksRows = ({ notExercised }: Compared): boolean => notExercised.some(isLock);

function sum(outcomes: readonly Compared[], count: (outcome: Compared) => number): number {
  return outcomes.reduce((total, outcome) => total + count(outcome), 0);
}

export function agreementOf(statements: readonly TracedStatement[]): Agreement {
  const outcomes = statements.map(({ outcome }) => outcome);
  const compared = outcomes.filter((outcome) => outcome.status === 'compared');
  const locked = compared.filter(({ observed }) => observed.locks !== undefined);
  const count = (what: DifferenceKind): number =>
    sum(compared, ({ differences }) => differences.filter((each) => each.what === what).length);
  return {
    statements: statements.length,
    passedOver: outcomes.filter(({ status }) => status === 'passed over').length,
    refused: outcomes.filter(({ status }) => status === 'refused').length,
    opaque: compared.filter(({ opaqueReason }) => opaqueReason !== undefined).length,
    locksObserved: locked.length,
    locksEqual: locked.filter((outcome) => !hasWrongLock(outcome) && !lacksRows(outcome)).length,
    locksNotExercised: locked.filter((outcome) => !hasWrongLock(outcome) && lacksRows(outcome)).length,
    locksUnknowable: locked.filter(isUnknowable).length,
    rewrites: {
      observed: sum(compared, ({ observed }) => observed.rewrites.length),
      claimed: sum(compared, ({ claimed }) => claimed.rewrites.length),
    },
    indexBuilds: {
      observed: sum(compared, ({ observed }) => observed.indexBuilds.length),
      claimed: sum(compared, ({ claimed }) => claimed.indexBuilds.length),
    },
    scans: {
      observed: sum(compared, ({ observed }) => observed.scans?.length ?? 0),
      claimed: sum(compared, ({ claimed }) => claimed.scans.length),
      notExercised: sum(
        compared,
        ({ notExercised }) => notExercised.filter(({ what }) => what === 'scan-extra').length,
      ),
    },
    // Object.fromEntries forgets its keys' type; they are those of the list.
    differences: Object.fromEntries(differenceKinds.map((what) => [what, count(what)])) as Agreement['differences'],
  };
}

/** By statement kind, in alphabetical order. */
export function agreementByKind(statements: readonly TracedStatement[]): readonly (Agreement & { kind: string })[] {
  const groups = Map.groupBy(statements, ({ kind }) => kind);
  const kinds = [...groups.keys()].sort();
  return kinds.map((kind) => ({ kind, ...agreementOf(groups.get(kind) ?? []) }));
}

/** Statements that differ in something, opaque ones among them. */
export function differingStatements(statements: readonly TracedStatement[]): readonly TracedStatement[] {
  return statements.filter(({ outcome }) => outcome.status === 'compared' && outcome.differences.length > 0);
}

/** True when nothing differs, apart from statements whose effects the analysis says not to know. */
export function agrees(statements: readonly TracedStatement[]): boolean {
  return differingStatements(statements).every(
    ({ outcome }) => outcome.status === 'compared' && outcome.opaqueReason !== undefined,
  );
}
