import type { DeploymentFacts } from '../../src/providers/provider.ts';

/** A release that runs; a test says what is different. */
export function deployment(over: Partial<DeploymentFacts> = {}): DeploymentFacts {
  return {
    id: 'd-NEW',
    application: 'payments',
    deploymentGroup: 'production',
    computePlatform: 'ECS',
    phase: 'running',
    providerStatus: 'InProgress',
    creator: 'user',
    description: '',
    createdAt: '2026-11-24T20:30:00.000Z',
    endedAt: null,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { sha256: 'new' } },
    rollsBack: null,
    isRollback: false,
    claimedRollbackId: null,
    rolledBackBy: null,
    ...over,
  };
}
