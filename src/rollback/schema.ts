import { AwsFailure } from '../aws/failure.ts';
import type { Database } from '../database/store.ts';
import { findReport } from '../migrations/store.ts';
import type { DeploymentFacts, Provider } from '../providers/provider.ts';
import { type CrossedRelease, crossedDeployments, schemaAhead } from './crossing.ts';
import { type PlanOutcome, planRollback, type RollbackFacts } from './plan.ts';

interface Parts {
  readonly db: Database;
  readonly provider: Pick<Provider, 'revisionNames'>;
}

/**
 * The plan, with what the version that comes back will find in the database. Reports that cannot be found hold nothing
 * up: a rollback goes on without knowing.
 */
export async function planAcrossSchema(parts: Parts, service: string, facts: RollbackFacts): Promise<PlanOutcome> {
  const outcome = planRollback(facts);
  if (outcome.kind === 'refused') return outcome;
  const releases = await Promise.all(crossedDeployments(facts).map((each) => crossedRelease(parts, service, each)));
  return { kind: 'plan', plan: { ...outcome.plan, schema: schemaAhead(releases) } };
}

async function crossedRelease(
  { db, provider }: Parts,
  service: string,
  deployment: DeploymentFacts,
): Promise<CrossedRelease> {
  const deploymentId = deployment.id;
  try {
    const names = await provider.revisionNames(deployment);
    return { deploymentId, report: (await findReport(db, service, names)) ?? null };
  } catch (cause) {
    if (!(cause instanceof AwsFailure)) throw cause;
    return { deploymentId, report: null, problem: cause.toReason() };
  }
}
