import type { Reason } from '../reason.ts';
import type { Verdict } from './checks/check.ts';

/** One question put at a lifecycle event, as outsiders see it. */
export interface Evaluation {
  readonly id: string;
  readonly deploymentId: string;
  readonly service: string | null;
  readonly lifecycleEvent: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly checks: readonly { readonly name: string; readonly verdict: Verdict; readonly reasons: readonly Reason[] }[];
  readonly startedAt: string;
  readonly decidedAt: string | null;
  readonly reportedAt: string | null;
  /** How the report to the provider ended: `reported`, `already-reported`, `by-exit-code`, …; null before. */
  readonly report: string | null;
}
