import { AwsFailure } from '../aws/failure.ts';
import type { Database } from '../database/store.ts';
import type { DeploymentFacts, Provider } from '../providers/provider.ts';
import type { RollbackFacts } from './plan.ts';
import { condemnedDeployments } from './store.ts';

/**
 * Reads what a plan rests on, fresh from the provider.
 * @throws AwsFailure when the deployments cannot be read; unknown weights are no failure, only unknown
 */
export async function gatherRollbackFacts(
  provider: Provider,
  db: Database,
  service: string,
  deployment: DeploymentFacts,
): Promise<RollbackFacts> {
  const [group, canaryWeight, condemned] = await Promise.all([
    provider.deploymentsOfGroup(deployment.application, deployment.deploymentGroup),
    readCanaryWeight(provider, deployment),
    condemnedDeployments(db, service),
  ]);
  return { deployment, group, canaryWeight, condemned };
}

/** Percent of the traffic on the new version; null when the provider cannot or does not tell. */
export async function readCanaryWeight(provider: Provider, deployment: DeploymentFacts): Promise<number | null> {
  try {
    return (await provider.readTraffic(deployment))?.canary.weight ?? null;
  } catch (cause) {
    if (cause instanceof AwsFailure) return null;
    throw cause;
  }
}
