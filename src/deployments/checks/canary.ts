import type { Reason } from '../../reason.ts';
import type { Check, CheckResult } from './check.ts';
import type { CheckSettings } from './settings.ts';

/** What the check needs to know of the deployment's watch. */
export interface WatchState {
  readonly status: 'running' | 'decided';
  readonly decision: string | null;
  readonly reasons: readonly Reason[];
  readonly endsAt: Date;
  /** What an inconclusive watch means for the gate, by the service's policy. */
  readonly onInconclusive: 'fail' | 'pass';
  /** `observe`: the watch has no part in the verdict. */
  readonly mode: 'enforce' | 'observe';
}

/** The end of the watch wakes the evaluation; should that wake-up cross its own commit, this look finds it. */
const wakeUpSeconds = 60;

/** Asks the deployment's watch. */
export function createCanaryCheck(
  watchOf: (deploymentId: string) => Promise<WatchState | undefined>,
): Check<CheckSettings['canary']> {
  return async (_settings, { deployment }) => judgeWatch(await watchOf(deployment.id));
}

/** The verdict on a watch: pure. A watch that ended without a decision to promote is no pass, unless policy says so. */
export function judgeWatch(watch: WatchState | undefined): CheckResult {
  const name = 'canary';
  if (watch === undefined) {
    const text = 'no watch has begun yet';
    return { name, verdict: 'pending', reasons: [{ code: 'watch-not-begun', text }], lookAgainSeconds: 1 };
  }
  if (watch.mode === 'observe') return { name, verdict: 'pass', reasons: [observes(watch), ...watch.reasons] };
  if (watch.status === 'running') {
    const latest = watch.reasons.length > 0 ? watch.reasons : [{ code: 'watching', text: 'no observation yet' }];
    const until = { code: 'watch-running', text: `the canary is watched until ${watch.endsAt.toISOString()}` };
    return { name, verdict: 'pending', reasons: [until, ...latest], lookAgainSeconds: wakeUpSeconds };
  }
  if (watch.decision === 'promote') return { name, verdict: 'pass', reasons: watch.reasons };
  if (watch.decision === 'inconclusive') return { name, verdict: watch.onInconclusive, reasons: watch.reasons };
  return { name, verdict: 'fail', reasons: watch.reasons };
}

function observes({ status, decision, endsAt }: WatchState): Reason {
  const told = status === 'running' ? `goes on until ${endsAt.toISOString()}` : `ended as ${decision}`;
  const text = `mode: observe: the canary's watch ${told} and has no part in this verdict`;
  return { code: 'observe-mode', text, decision };
}
