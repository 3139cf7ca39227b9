import type { Reason } from '../reason.ts';
import type { MetricEvidence } from './evidence/evidence.ts';

/** What was made of one metric. `open`: not bad, and not enough seen to call it good. */
export interface MetricOutcome {
  readonly metric: string;
  readonly verdict: 'good' | 'bad' | 'open';
  readonly reasons: readonly Reason[];
  /** The newest numbers that were compared, in the metric's own unit; null where there is none. */
  readonly canary: number | null;
  readonly baseline: number | null;
  /** What the comparison with the baseline says; null where it was not compared. Infinite evidence is null in JSON. */
  readonly evidence: MetricEvidence | null;
}

export interface JudgeDecision {
  readonly decision: 'continue' | 'promote' | 'rollback' | 'inconclusive';
  readonly reasons: readonly Reason[];
  readonly metrics: readonly MetricOutcome[];
}
