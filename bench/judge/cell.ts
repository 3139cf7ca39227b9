import type { Channel } from './channels.ts';
import type { Effect } from './effects.ts';
import type { Family } from './families.ts';

/** One metric of a cell. */
export interface MetricPlan {
  readonly name: string;
  readonly channel: Channel;
  readonly main: boolean;
  /** Null: the release does not harm this metric. */
  readonly effect: Effect | null;
}

/** One kind of canary that is played many times: what is simulated, and the name that it is seeded by. */
export interface Cell {
  readonly id: string;
  readonly family: Family;
  /** Of both sides together. */
  readonly requestsPerMinute: number;
  /** The canary's part of the requests, in (0, 1). */
  readonly share: number;
  readonly periods: number;
  /** Periods before the canary; 0: none. */
  readonly history: number;
  /** Parallel slices of the baseline that the comparison tells of as `parts`; 1: it tells none. */
  readonly slices: number;
  readonly metrics: readonly MetricPlan[];
  /** The metrics move together: the shared noise of all is the same. */
  readonly correlated: boolean;
}
