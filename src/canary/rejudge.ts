import { type Conclusion, conclude } from './conclude.ts';
import type { JudgeDecision } from './judge.ts';
import type { StoredWatch } from './store.ts';

/** What the judge says of a stored look today, beside what it said then. */
export interface RejudgedLook {
  /** Counted from 1. */
  readonly look: number;
  readonly fetchedAt: string;
  readonly stored: Answer;
  readonly again: Answer;
  readonly same: boolean;
  /** Every number is the same, too; a judge of another release may differ in these alone. */
  readonly identical: boolean;
}

/** What a look comes to, without the numbers behind it. */
export interface Answer {
  readonly decision: JudgeDecision['decision'];
  readonly reasons: readonly string[];
  readonly metrics: Readonly<Record<string, string>>;
}

export type Rejudgement =
  | { readonly id: string; readonly outcome: 'same' | 'different'; readonly looks: readonly RejudgedLook[] }
  | { readonly id: string; readonly outcome: 'impossible'; readonly why: string };

/**
 * Judges the stored observations of a watch again, by the policy that is stored with it: at its newest look, or at each
 * of its looks with what had been seen by then. Pure.
 */
export function rejudge(watch: StoredWatch, everyLook: boolean): Rejudgement {
  const { id, policy, startedAt, looks } = watch;
  const impossible = (why: string): Rejudgement => ({ id, outcome: 'impossible', why });
  if (policy === null) return impossible(`${id} was begun by a release that kept no policy with its watches`);
  if (looks.length === 0) return impossible(`${id} has taken no look yet`);
  const observations = looks.map(({ observation }) => observation);
  if (observations.some(({ surroundings }) => surroundings === undefined)) {
    return impossible(`${id} was taken over from a release that did not keep all that its looks rest on`);
  }
  const rejudged = looks.flatMap(({ observation, decision }, index): readonly RejudgedLook[] => {
    if (!everyLook && index < looks.length - 1) return [];
    const again = asStored(conclude(policy, startedAt, observations.slice(0, index + 1)));
    const [before, now] = [answerOf(decision), answerOf(again)];
    return [
      {
        look: index + 1,
        fetchedAt: observation.fetchedAt,
        stored: before,
        again: now,
        same: canonical(before) === canonical(now),
        identical: canonical(decision) === canonical(again),
      },
    ];
  });
  return { id, outcome: rejudged.every(({ same }) => same) ? 'same' : 'different', looks: rejudged };
}

/** As the store gives it back: JSON has no infinite numbers. */
function asStored({ decision }: Conclusion): JudgeDecision {
  return JSON.parse(JSON.stringify(decision)) as JudgeDecision; // the same shape, but for null beside numbers
}

function answerOf({ decision, reasons, metrics }: JudgeDecision): Answer {
  return {
    decision,
    reasons: reasons.map(({ code }) => code),
    metrics: Object.fromEntries(metrics.map(({ metric, verdict }) => [metric, verdict])),
  };
}

/** JSON with its keys in order: the store keeps none. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
