import type { Comparison } from '../../src/canary/comparison.ts';
import type { Cell } from './cell.ts';
import type { Truth } from './traffic.ts';

/**
 * How near evidence of harm came to rolling back, in nats: the most that any look saw, the threshold at that look, and
 * the most by which any look's evidence lay above its threshold (below: negative).
 */
export type Peak = readonly [harm: number, threshold: number, excess: number];

/** What the bench keeps of a verdict. */
export interface Call {
  readonly verdict: 'promote' | 'rollback' | 'inconclusive' | 'continue';
  /** Index of the deciding period; null where none decided. */
  readonly decidedAt: number | null;
  /** Told by the judge that thresholds are calibrated by; the others have none. */
  readonly peak?: Peak;
}

/** Anything that judges a comparison. Only the oracle looks at cell and truth. */
export interface BenchJudge {
  readonly name: string;
  /** Null: it cannot judge such a comparison (a threshold on errors where there are none). */
  judge(comparison: Comparison, cell: Cell, truth: Truth): Call | null;
}
