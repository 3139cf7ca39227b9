/** Whether the version before a release still works on the schema that its migrations leave behind. */
export const previousVersionVerdicts = ['works', 'breaks', 'unknown'] as const;
export type PreviousVersion = (typeof previousVersionVerdicts)[number];

/**
 * Whether the schema can go back as well. `present`: there is a down migration that runs and loses nothing; `loses-data`:
 * it runs, and rows or values go with it; `cannot-run`: it does not parse, or speaks of things that are not there.
 */
export const downVerdicts = ['absent', 'present', 'loses-data', 'cannot-run'] as const;
export type DownVerdict = (typeof downVerdicts)[number];

/** `breaks`: some call that worked fails now. `unknown`: it may. `note`: worth knowing, and no call fails. */
export type ReasonEffect = 'breaks' | 'unknown' | 'note';

/** One thing that is no longer as the previous version knows it. */
export interface RollbackReason {
  readonly path: string;
  readonly line: number;
  /** A stable word: `column-gone`, `not-null`, `enum-value`. */
  readonly what: string;
  readonly effect: ReasonEffect;
  /** Schema-qualified. */
  readonly object: string;
  readonly text: string;
}

/** One migration of the split. `expand` goes out with this release, `contract` with a later one, when nothing needs the old way. */
export interface SplitStep {
  readonly phase: 'expand' | 'contract';
  /** Statements with the names filled in; comments say what SQL cannot. */
  readonly sql: string;
  /** `outside`: it must commit between its statements. */
  readonly transaction: 'inside' | 'outside';
}

/** Rows or values that going down loses. */
export interface DownLoss {
  readonly path: string;
  readonly line: number;
  readonly object: string;
  readonly reason: string;
}

export interface RollbackSafety {
  readonly previousVersion: PreviousVersion;
  readonly reasons: readonly RollbackReason[];
  readonly down: DownVerdict;
  /** What is to be said of the down migration: why it cannot run, what it leaves behind. */
  readonly downProblems: readonly string[];
  readonly downLosses: readonly DownLoss[];
  /** The expand/contract split to use instead; empty where the previous version works. */
  readonly split: readonly SplitStep[];
}

/** The verdict that follows from the reasons: one that breaks, else one that is not known, else it works. */
export function previousVersionOf(reasons: readonly Pick<RollbackReason, 'effect'>[]): PreviousVersion {
  if (reasons.some(({ effect }) => effect === 'breaks')) return 'breaks';
  return reasons.some(({ effect }) => effect === 'unknown') ? 'unknown' : 'works';
}

/** More reasons than anybody reads are cut off: the verdict stands without them. */
export const mostReasons = 100;

const downOrder: readonly DownVerdict[] = ['present', 'loses-data', 'absent', 'cannot-run'];

/** What a release with these files is: as bad as the worst of them. A release without files can go back. */
export function combineRollback(files: readonly RollbackSafety[]): RollbackSafety {
  const reasons = files.flatMap((file) => file.reasons);
  const down = files
    .map((file) => file.down)
    .toSorted((one, other) => downOrder.indexOf(other) - downOrder.indexOf(one));
  return {
    previousVersion: files.some((file) => file.previousVersion === 'breaks')
      ? 'breaks'
      : files.some((file) => file.previousVersion === 'unknown')
        ? 'unknown'
        : 'works',
    reasons: reasons.slice(0, mostReasons),
    down: down[0] ?? 'present',
    downProblems: files.flatMap((file) => file.downProblems),
    downLosses: files.flatMap((file) => file.downLosses),
    split: files.flatMap((file) => file.split),
  };
}

/** Of a file that could not be read nothing is known. */
export function unreadRollback(
  path: string,
  error: { readonly line: number; readonly message: string },
): RollbackSafety {
  const { line, message } = error;
  const reason = { path, line, what: 'unreadable', effect: 'unknown', object: '', text: message } as const;
  return unknownRollback([reason]);
}

/** Nothing is known: of what could not be read, and of reports that older versions made. */
export function unknownRollback(reasons: readonly RollbackReason[] = []): RollbackSafety {
  return { previousVersion: 'unknown', reasons, down: 'absent', downProblems: [], downLosses: [], split: [] };
}

/** A file's verdict from outside: never better than the reasons that come with it. */
export function recountRollback(claimed: RollbackSafety | undefined): RollbackSafety {
  if (claimed === undefined) return unknownRollback();
  const counted = previousVersionOf(claimed.reasons);
  return counted === 'works' || claimed.previousVersion === 'breaks'
    ? claimed
    : { ...claimed, previousVersion: counted };
}
