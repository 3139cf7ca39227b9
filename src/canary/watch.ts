import type { Logger } from 'pino';
import { type AlarmState, redAlarm } from '../aws/alarms.ts';
import { AwsFailure } from '../aws/failure.ts';
import type { Clock } from '../clock.ts';
import type { ServiceConfig } from '../config/schema.ts';
import type { JobHandler, Jobs } from '../database/jobs.ts';
import type { Database, Tx } from '../database/store.ts';
import { type DeploymentFacts, DeploymentUnknown, type Provider, type Traffic } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import type { Conclusion, WatchEnd } from './conclude.ts';
import type { ConcludePool } from './conclude-pool.ts';
import type { AskLook } from './metrics/ask-look.ts';
import type { MetricTargets } from './metrics/questions.ts';
import type { FindTargets } from './metrics/targets.ts';
import { nextLookAt } from './metrics/windows.ts';
import type { Observation } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';
import { loadWatch, observationsOf, policyOf, saveLook, type WatchRow } from './store.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
  /** Asks CloudWatch what a look asks. */
  readonly look: AskLook;
  /** What all looks come to. */
  readonly conclude: ConcludePool['run'];
  readonly findTargets: FindTargets;
  readonly alarmStates: (names: readonly string[]) => Promise<readonly AlarmState[]>;
  readonly serviceNamed: (name: string) => ServiceConfig | undefined;
  /** The deployment's operator override on the whole of it, and the last moment at which a waiting hook needs an answer. */
  readonly surroundings: (
    deploymentId: string,
  ) => Promise<{ override: 'pass' | 'fail' | null; hookDeadline: Date | null }>;
  /** What follows from the end of a watch, in its transaction: the rollback, and the evaluations that wait for it. */
  readonly onEnd: (tx: Tx, watch: WatchRow, end: WatchEnd, reasons: readonly Reason[]) => Promise<void>;
  readonly logger: Logger;
}

interface Look extends Conclusion {
  readonly observation: Observation;
  readonly targets: MetricTargets | null;
  /** When the watch must end: its own end, or what leaves a waiting hook its time. */
  readonly endsAt: Date;
}

/** A hook that waits for the watch must have its answer some time before its own deadline. */
const hookMarginSeconds = 60;

/**
 * One look of a watch: where is the traffic, what do the metrics say, what does the judge make of all looks so far.
 * Look, decision and the jobs that follow are one transaction. A source that is away ends nothing: the watch goes on
 * and the observation says so. The watch is judged by the policy that it began with.
 */
export function createWatchJob(parts: Parts): JobHandler {
  return async ({ id, look: expected }) => {
    const row = await loadWatch(parts.db, id);
    if (row === undefined || row.status !== 'running' || expected !== row.looks) return;
    const service = parts.serviceNamed(row.service);
    const policy = policyOf(row) ?? service?.canary;
    const gone = service === undefined || policy === undefined;
    const look = gone ? serviceGone(parts, row) : await takeLook(parts, row, service, policy);
    const now = parts.clock.now();
    const written = await parts.db.transaction().execute(async (tx) => {
      if (!(await saveLook(tx, row, { ...look, now }))) return false;
      if (look.end !== null) await parts.onEnd(tx, row, look.end, look.decision.reasons);
      else if (policy !== undefined) {
        await parts.jobs.send(tx, 'watch', { id, look: row.looks + 1 }, nextLookAt(policy, now, look.endsAt));
      }
      return true;
    });
    if (written && look.end !== null)
      parts.logger.info({ watch: id, end: look.end, deployment: row.deployment_id }, 'watch ended');
  };
}

async function takeLook(parts: Parts, row: WatchRow, service: ServiceConfig, policy: CanaryPolicy): Promise<Look> {
  const { override, hookDeadline } = await parts.surroundings(row.deployment_id);
  const state = await readState(parts, row);
  const targets = await targetsOf(parts, row, service, state.traffic);
  const earlier = await observationsOf(parts.db, row.id);
  const asked = await parts.look({ policy, targets, startedAt: row.started_at, earlier, traffic: state.traffic });
  const endsAt = endOf(row, hookDeadline);
  const alarms = await alarmReasons(parts, service);
  const surroundings = { endsAt: endsAt.toISOString(), override, alarms, ended: state.ended };
  const problem =
    state.problem === null ? {} : { status: worse(asked.status), reasons: [state.problem, ...asked.reasons] };
  const observation = { ...asked, ...problem, surroundings };
  const startedAt = row.started_at.toISOString();
  const concluded = await parts.conclude({ policy, startedAt, observations: [...earlier, observation] });
  return { observation, targets, endsAt, ...concluded };
}

interface DeploymentState {
  readonly traffic: Traffic | null;
  /** Why there is nothing left to watch: the deployment failed, was stopped, or is gone. */
  readonly ended: Reason | null;
  /** Why the state could not be read. */
  readonly problem: Reason | null;
}

async function readState({ provider }: Parts, row: WatchRow): Promise<DeploymentState> {
  try {
    const deployment = await provider.readDeployment(row.deployment_id);
    const ended = endedReason(deployment);
    return { traffic: ended === null ? await provider.readTraffic(deployment) : null, ended, problem: null };
  } catch (cause) {
    if (cause instanceof DeploymentUnknown) {
      return { traffic: null, ended: { code: 'deployment-unknown', text: cause.message }, problem: null };
    }
    if (!(cause instanceof AwsFailure)) throw cause;
    return { traffic: null, ended: null, problem: cause.toReason() };
  }
}

/** A release that succeeded is watched to the end of the watch; one that failed or was stopped is not. */
function endedReason({ id, phase, providerStatus }: DeploymentFacts): Reason | null {
  if (phase === 'running' || phase === 'succeeded') return null;
  return { code: 'deployment-ended', text: `${id} is ${providerStatus}; there is no canary to watch any more` };
}

/** Targets are found once and kept; what is still unknown is looked for at each look. */
async function targetsOf(parts: Parts, row: WatchRow, service: ServiceConfig, traffic: Traffic | null) {
  const kept = row.targets as unknown as MetricTargets | null; // saveLook wrote it
  const complete = kept !== null && kept.baseline !== null && kept.canary !== null && kept.loadBalancer !== null;
  if (complete || traffic === null) return kept;
  return parts.findTargets(traffic, service.loadBalancer);
}

function worse(status: Observation['status']): Observation['status'] {
  return status === 'complete' ? 'partial' : status;
}

function endOf({ ends_at }: WatchRow, hookDeadline: Date | null): Date {
  if (hookDeadline === null) return ends_at;
  return new Date(Math.min(ends_at.getTime(), hookDeadline.getTime() - hookMarginSeconds * 1000));
}

/** Alarms of the service that are red during the watch: each is a reason to roll back. An unreadable alarm is none. */
async function alarmReasons({ alarmStates, logger }: Parts, service: ServiceConfig): Promise<readonly Reason[]> {
  if (service.alarms.length === 0) return [];
  try {
    return (await alarmStates(service.alarms)).filter((alarm) => alarm.state === 'ALARM').map(redAlarm);
  } catch (cause) {
    if (!(cause instanceof AwsFailure)) throw cause;
    logger.warn({ err: cause, service: service.name }, 'alarms could not be read during a watch; the watch goes on');
    return [];
  }
}

/** The service was taken out of the configuration while it was watched. */
function serviceGone({ clock }: Parts, row: WatchRow): Look {
  const text = `service "${row.service}" is no longer configured; its watch ends`;
  const reasons = [{ code: 'service-not-configured', text }];
  const observation: Observation = {
    fetchedAt: clock.now().toISOString(),
    status: 'unavailable',
    reasons,
    weights: null,
    points: [],
  };
  return {
    observation,
    decision: { decision: 'inconclusive', reasons, metrics: [] },
    targets: null,
    end: 'inconclusive',
    endsAt: row.ends_at,
  };
}
