import { AwsFailure } from '../aws/failure.ts';
import type { Database } from '../database/store.ts';
import type { DeploymentFacts, Provider } from '../providers/provider.ts';
import type { RollbackFacts } from './plan.ts';
import { condemnedDeployments, curesAmong } from './store.ts';

/**
 * Reads what a plan rests on, fresh from the provider.
 * @throws AwsFailure when it cannot be read
 */
export async function gatherRollbackFacts(
  provider: Provider,
  db: Database,
  service: string,
  deployment: DeploymentFacts,
): Promise<RollbackFacts> {
  const [group, canaryWeight, condemned] = await Promise.all([
    provider.deploymentsOfGroup(deployment.application, deployment.deploymentGroup),
    weightAfterBadEnd(provider, deployment),
    condemnedDeployments(db, service),
  ]);
  return { deployment, group, canaryWeight, condemned, cures: await curesAmong(db, service, [deployment, ...group]) };
}

/** What a deployment that failed or was stopped has left on the new version; null for any other, where it is not asked. */
export async function weightAfterBadEnd(provider: Provider, deployment: DeploymentFacts): Promise<number | null> {
  const endedBadly = deployment.phase === 'failed' || deployment.phase === 'stopped';
  return endedBadly ? readCanaryWeight(provider, deployment) : null;
}

/**
 * Percent of the traffic on the new version; null when the provider cannot tell.
 * @throws AwsFailure when asking again may help: unknown for a moment is not unknown
 */
export async function readCanaryWeight(provider: Provider, deployment: DeploymentFacts): Promise<number | null> {
  try {
    return (await provider.readTraffic(deployment))?.canary.weight ?? null;
  } catch (cause) {
    if (cause instanceof AwsFailure && !cause.retryable) return null;
    throw cause;
  }
}
