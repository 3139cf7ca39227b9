import { type JudgeDecision, judge } from './judge.ts';
import type { Observation } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';

/** How a watch ended: the judge's words, or that it had nothing left to judge. */
export type WatchEnd = 'promote' | 'rollback' | 'inconclusive' | 'overridden' | 'deployment-ended';

/** What a look comes to; `end` is null while the watch goes on. */
export interface Conclusion {
  readonly decision: JudgeDecision;
  readonly end: WatchEnd | null;
}

/**
 * The judge's decision at the newest look, with what else was known then: an operator's override, red alarms, the end of
 * the deployment. Pure, so that the stored looks judged again give the same conclusion.
 */
export function conclude(policy: CanaryPolicy, startedAt: string, observations: readonly Observation[]): Conclusion {
  const newest = observations.at(-1)?.surroundings;
  const { endsAt, override, alarms, ended } = newest ?? { endsAt: startedAt, override: null, alarms: [], ended: null };
  const decision = judge(policy, { startedAt, endsAt }, observations);
  if (override !== null) {
    const text = `an operator decided ${override} for the whole deployment; the watch ends`;
    return { decision: { ...decision, reasons: [{ code: 'override', text }] }, end: 'overridden' };
  }
  if (decision.decision === 'rollback' || alarms.length > 0) {
    const reasons = decision.decision === 'rollback' ? [...decision.reasons, ...alarms] : alarms;
    return { decision: { ...decision, decision: 'rollback', reasons: observed(policy, reasons) }, end: 'rollback' };
  }
  if (ended !== null) return { decision: { ...decision, reasons: [ended] }, end: 'deployment-ended' };
  return { decision, end: decision.decision === 'continue' ? null : decision.decision };
}

/** Says first that nothing follows, where the policy only observes. */
function observed({ mode }: CanaryPolicy, reasons: JudgeDecision['reasons']): JudgeDecision['reasons'] {
  if (mode === 'enforce') return reasons;
  const text = 'mode: observe: the canary would have been rolled back; nothing follows from it';
  return [{ code: 'would-roll-back', text }, ...reasons];
}
