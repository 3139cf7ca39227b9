import type { Reason } from '../reason.ts';
import type { CheckResult } from './checks/check.ts';

/** Everything a decision on an evaluation rests on, as recorded. */
export interface EvaluationFacts {
  /** The newest override that applies, if any. */
  readonly override: { readonly verdict: 'pass' | 'fail'; readonly reason: string; readonly actor: string } | null;
  /** Why the deployment counts as a rollback; null when it is a release. */
  readonly rollback: string | null;
  /** Why the question cannot be put at all (no such deployment, service not configured). */
  readonly obstacle: Reason | null;
  readonly checks: readonly CheckResult[];
  readonly now: Date;
  readonly deadline: Date;
}

export type EvaluationDecision =
  | { readonly verdict: 'pass' | 'fail'; readonly reasons: readonly Reason[] }
  | { readonly verdict: 'pending'; readonly reasons: readonly Reason[]; readonly lookAgain: Date };

/**
 * The verdict on one lifecycle event. An operator's override counts first, then that rollbacks are never held,
 * then what stands in the way of asking, then the checks: one that fails shuts the gate, one that is open keeps it shut
 * for now, and the deadline shuts it for good: CodeDeploy waits an hour for an answer, and silence is not a pass.
 */
export function decide(facts: EvaluationFacts): EvaluationDecision {
  const { override, rollback, obstacle, checks } = facts;
  if (override !== null) {
    const text = `${override.actor} decided ${override.verdict}: ${override.reason}`;
    return { verdict: override.verdict, reasons: [{ code: 'override', text, actor: override.actor }] };
  }
  if (rollback !== null) return { verdict: 'pass', reasons: [{ code: 'rollback', text: rollback }] };
  if (obstacle !== null) return { verdict: 'fail', reasons: [obstacle] };
  const failed = checks.filter((check) => check.verdict === 'fail');
  if (failed.length > 0) return { verdict: 'fail', reasons: failed.flatMap((check) => check.reasons) };
  const pending = checks.filter((check) => check.verdict === 'pending');
  if (pending.length > 0) return pendingUntil(facts, pending);
  if (checks.length === 0) {
    return {
      verdict: 'pass',
      reasons: [{ code: 'no-checks', text: 'no checks are configured for this lifecycle event' }],
    };
  }
  return { verdict: 'pass', reasons: checks.flatMap((check) => check.reasons) };
}

function pendingUntil({ now, deadline }: EvaluationFacts, pending: readonly CheckResult[]): EvaluationDecision {
  const reasons = pending.flatMap((check) => check.reasons);
  if (now >= deadline) {
    const names = pending.map((check) => check.name).join(', ');
    const text = `no verdict from ${names} by ${deadline.toISOString()}, the last moment to answer the hook; the gate stays shut`;
    return { verdict: 'fail', reasons: [{ code: 'deadline', text }, ...reasons] };
  }
  const waits = pending.flatMap((check) => check.lookAgainSeconds ?? []);
  // Where somebody else wakes the evaluation (a watch that ends, an override), the deadline is the next look.
  const next = Math.min(deadline.getTime(), ...waits.map((seconds) => now.getTime() + seconds * 1000));
  return { verdict: 'pending', reasons, lookAgain: new Date(next) };
}
