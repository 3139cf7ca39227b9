import type { CodedeployLifecycleEvent } from '../../providers/codedeploy/lifecycle-events.ts';
import type { DeploymentFacts } from '../../providers/provider.ts';
import type { Reason } from '../../reason.ts';

export type Verdict = 'pass' | 'fail' | 'pending';

/** What a check found. */
export interface CheckResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** For a pending check: seconds until it is worth asking again. */
  readonly lookAgainSeconds?: number;
}

/** The question's occasion: which deployment, of which service, at which event. */
export interface CheckContext {
  readonly service: string;
  readonly deployment: DeploymentFacts;
  readonly lifecycleEvent: CodedeployLifecycleEvent;
  /** When the evaluation began: a source that cannot be reached is asked again for a while from then on. */
  readonly startedAt: Date;
  readonly now: Date;
}

/** One question asked at a lifecycle event. It never throws for a source that is away: that has a stated outcome. */
export type Check<Settings> = (settings: Settings, context: CheckContext) => Promise<CheckResult>;
