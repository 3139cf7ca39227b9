import type { Reason } from '../../reason.ts';

/** What a judge by thresholds makes of the watch so far. */
export interface ThresholdVerdict {
  readonly decision: 'continue' | 'promote' | 'rollback' | 'inconclusive';
  readonly reasons: readonly Reason[];
  /** Of each metric: its newest measurement in the policy's unit, and whether the limits hold. */
  readonly metrics: readonly {
    readonly metric: string;
    /** What the measurement is called. */
    readonly name: string;
    readonly value: number | null;
    readonly state: 'good' | 'bad' | 'open';
  }[];
}
