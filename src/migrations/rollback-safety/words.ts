import type { RollbackSafety } from './verdict.ts';

const verdicts = {
  works: 'the previous version works on this schema',
  breaks: 'the previous version breaks on this schema',
  unknown: 'whether the previous version works on this schema is not known',
} as const;

const downs = {
  absent: 'no down migration takes all of it back',
  present: 'the down migrations take it back without losing data',
  'loses-data': 'going down loses data',
  'cannot-run': 'a down migration cannot run',
} as const;

/** The verdict in a sentence. */
export function rollbackSentence({ previousVersion }: Pick<RollbackSafety, 'previousVersion'>): string {
  return verdicts[previousVersion];
}

export function downSentence({ down }: Pick<RollbackSafety, 'down'>): string {
  return downs[down];
}

/** The reasons that count for the verdict, those that break first. */
export function countingReasons({ reasons }: Pick<RollbackSafety, 'reasons'>): RollbackSafety['reasons'] {
  const breaking = reasons.filter(({ effect }) => effect === 'breaks');
  return [...breaking, ...reasons.filter(({ effect }) => effect === 'unknown')];
}

/** One line of a file that is not safe to go back across: the worst reason, and how many more there are; undefined for a safe one. */
export function unsafeLine(path: string, rollback: RollbackSafety | undefined): string | undefined {
  if (rollback === undefined) return undefined;
  const [first, ...more] = countingReasons(rollback);
  if (first === undefined) {
    const [problem] = rollback.down === 'cannot-run' ? rollback.downProblems : [];
    return problem === undefined ? undefined : `${path} rollback: the down migration cannot run: ${problem}`;
  }
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const word = rollback.previousVersion === 'breaks' ? 'breaks' : 'may break';
  return `${path}:${first.line} rollback: the previous version ${word}: ${first.text}${others}`;
}

/** The whole release in one line. */
export function rollbackSummary(rollback: RollbackSafety): string {
  return `rollback: ${rollbackSentence(rollback)}; ${downSentence(rollback)}`;
}
