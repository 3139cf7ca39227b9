import type { Logger } from 'pino';
import { AwsFailure } from '../aws/failure.ts';
import type { Watching } from '../canary/begin.ts';
import type { Clock } from '../clock.ts';
import { checksAt, isWatched, type ServiceConfig, type ServiceOf } from '../config/schema.ts';
import type { JobHandler, Jobs } from '../database/jobs.ts';
import type { Database, Tx } from '../database/store.ts';
import type { CodedeployLifecycleEvent } from '../providers/codedeploy/lifecycle-events.ts';
import { type DeploymentFacts, DeploymentUnknown, type Provider } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import { act } from '../recorded-actions.ts';
import { curesAmong } from '../rollback/store.ts';
import type { Changes } from './changes.ts';
import type { CheckContext, CheckResult } from './checks/check.ts';
import type { ConfiguredCheck } from './checks/settings.ts';
import { unreachable } from './checks/unreachable.ts';
import { decide, type EvaluationDecision, type EvaluationFacts } from './decide.ts';
import {
  type EvaluationRow,
  findDeployment,
  loadEvaluation,
  lockEvaluation,
  markReported,
  overrideFor,
  saveDeployment,
  updateEvaluation,
} from './store.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly jobs: Pick<Jobs, 'send'>;
  readonly provider: Provider;
  readonly changes: Changes;
  readonly watching: Watching;
  readonly logger: Logger;
  readonly serviceOf: ServiceOf;
  readonly runCheck: (check: ConfiguredCheck, context: CheckContext) => Promise<CheckResult>;
}

/** What was learned in one look, before the decision. */
interface Look {
  readonly deployment: DeploymentFacts | null;
  readonly service: ServiceConfig | undefined;
  /** Without what is read again in the transaction that decides: the override, and the time. */
  readonly facts: Omit<EvaluationFacts, 'override' | 'now'>;
}

/** Runs the checks of one evaluation, decides, and writes the decision with the job that carries it out. */
export function createEvaluateJob(parts: Parts): JobHandler {
  return async ({ id, look: expected }) => {
    const row = await loadEvaluation(parts.db, id);
    if (row === undefined || row.verdict !== 'pending' || (expected >= 0 && expected !== row.looks)) return;
    const look = await takeLook(parts, row);
    const decision = await parts.db.transaction().execute((tx) => write(tx, parts, row, look));
    if (decision === null || decision.verdict === 'pending') return;
    parts.logger.info(
      { evaluation: id, deployment: row.deployment_id, verdict: decision.verdict },
      'evaluation decided',
    );
    parts.changes.announce(id);
  };
}

async function takeLook(parts: Parts, row: EvaluationRow): Promise<Look> {
  let deployment: DeploymentFacts;
  try {
    deployment = await parts.provider.readDeployment(row.deployment_id);
  } catch (cause) {
    const facts = { rollback: null, ...unread(cause, row, parts.clock.now()), deadline: row.deadline_at };
    return { deployment: null, service: undefined, facts };
  }
  const service = parts.serviceOf(deployment);
  const rollback = await whyRollback(parts.db, deployment, service?.name);
  const obstacle = service === undefined ? notConfigured(deployment) : null;
  const settled = rollback !== null || (await overrideFor(parts.db, row)) !== undefined;
  const checks = service === undefined || settled ? [] : await runChecks(parts, row, deployment, service);
  return { deployment, service, facts: { rollback, obstacle, checks, deadline: row.deadline_at } };
}

/** The deployment could not be read: unknown is a verdict, unreachable is one only after a while. */
function unread(cause: unknown, row: EvaluationRow, now: Date): Pick<EvaluationFacts, 'obstacle' | 'checks'> {
  if (cause instanceof DeploymentUnknown) {
    return { obstacle: { code: 'deployment-unknown', text: cause.message }, checks: [] };
  }
  if (!(cause instanceof AwsFailure)) throw cause;
  return { obstacle: null, checks: [unreachable('deployment', cause, 'fail', { now, startedAt: row.started_at })] };
}

function notConfigured({ application, deploymentGroup }: DeploymentFacts): Reason {
  const text = `no service in safety-gate.yml has codedeploy: { application: ${application}, deploymentGroup: ${deploymentGroup} }; add one`;
  return { code: 'service-not-configured', text };
}

/** Why a deployment counts as a rollback; null when it is a release. A claim in a description counts when the store confirms it. */
async function whyRollback(
  db: Database,
  deployment: DeploymentFacts,
  service: string | undefined,
): Promise<string | null> {
  if (deployment.isRollback) {
    return `${deployment.id} is a rollback (creator ${deployment.creator}); rollbacks pass every hook`;
  }
  if (service === undefined || !(await curesAmong(db, service, [deployment])).has(deployment.id)) return null;
  return `${deployment.id} carries out our rollback ${deployment.claimedRollbackId}; rollbacks pass every hook`;
}

async function runChecks(
  parts: Parts,
  row: EvaluationRow,
  deployment: DeploymentFacts,
  service: ServiceConfig,
): Promise<readonly CheckResult[]> {
  const checks = checksAt(service, row.lifecycle_event);
  if (checks.some((check) => check.name === 'canary')) {
    await parts.db.transaction().execute((tx) => parts.watching.begin(tx, deployment, service));
  }
  const context: CheckContext = {
    service: service.name,
    deployment,
    lifecycleEvent: row.lifecycle_event as CodedeployLifecycleEvent, // checked at the door
    startedAt: row.started_at,
    now: parts.clock.now(),
  };
  return Promise.all(checks.map((check) => parts.runCheck(check, context)));
}

/**
 * Decides and writes, with an override that may have come while the checks were asked.
 * @returns null when another job took this look already: then nothing was written
 */
async function write(tx: Tx, parts: Parts, row: EvaluationRow, look: Look): Promise<EvaluationDecision | null> {
  const { deployment, service, facts } = look;
  const now = parts.clock.now();
  await lockEvaluation(tx, row.id);
  const decision = decide({ ...facts, override: (await overrideFor(tx, row)) ?? null, now });
  const isRollback = facts.rollback !== null;
  if (deployment !== null) await saveDeployment(tx, deployment, service?.name ?? null, isRollback, now);
  const name = service?.name ?? row.service;
  if (!(await updateEvaluation(tx, row, name, facts.checks, decision, now))) return null;
  if (decision.verdict !== 'pending') {
    await parts.jobs.send(tx, 'report', { id: row.id, look: 0 });
  } else {
    await parts.jobs.send(tx, 'evaluate', { id: row.id, look: row.looks + 1 }, decision.lookAgain);
  }
  const trafficMoves = row.lifecycle_event === 'BeforeAllowTraffic' && decision.verdict === 'pass' && !isRollback;
  if (trafficMoves && deployment !== null && service !== undefined && isWatched(service)) {
    await parts.watching.begin(tx, deployment, service);
  }
  return decision;
}

/** A hook's answer is of no use to CodeDeploy after an hour (AppSpec 'hooks' page, Important notes). */
const reportWorthSeconds = 3600;

/** Tells the provider the verdict; a second report is refused by CodeDeploy, which proves that the first arrived. */
export function createReportJob(parts: Pick<Parts, 'clock' | 'db' | 'provider' | 'logger'>): JobHandler {
  return async ({ id }) => {
    const row = await loadEvaluation(parts.db, id);
    if (row === undefined || row.verdict === 'pending' || row.reported_at !== null) return;
    const { verdict } = row;
    const deployment = await findDeployment(parts.db, row.deployment_id);
    const hook = { deploymentId: row.deployment_id, computePlatform: deployment?.compute_platform ?? 'ECS' };
    const subject = { deploymentId: row.deployment_id, evaluationId: id };
    const input = { deploymentId: row.deployment_id, lifecycleEvent: row.lifecycle_event, verdict };
    try {
      await act(
        parts,
        subject,
        'PutLifecycleEventHookExecutionStatus',
        input,
        () => parts.provider.reportHook(hook, row.execution_id, verdict),
        (tx, outcome) => markReported(tx, id, outcome, parts.clock.now()),
      );
    } catch (cause) {
      const age = (parts.clock.now().getTime() - row.started_at.getTime()) / 1000;
      const useless = cause instanceof AwsFailure && (cause.kind === 'refused' || age > reportWorthSeconds);
      if (!useless) throw cause; // the queue tries again, slower each time
      parts.logger.error({ err: cause, evaluation: id }, 'the verdict could not be reported');
      await markReported(parts.db, id, `given-up: ${cause.awsCode}`, parts.clock.now());
    }
  };
}
