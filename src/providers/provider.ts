/** What the gate needs to know of a deployment, whoever deploys. Plain data: it is stored and replayed. */
export interface DeploymentFacts {
  readonly id: string;
  readonly application: string;
  readonly deploymentGroup: string;
  readonly computePlatform: 'ECS' | 'Lambda' | 'Server';
  readonly phase: 'running' | 'succeeded' | 'failed' | 'stopped';
  /** The provider's own word for the phase, such as `InProgress`. */
  readonly providerStatus: string;
  /** Who made it: `user`, `codeDeployRollback`, `CloudFormation`, … */
  readonly creator: string;
  readonly description: string;
  readonly createdAt: string;
  readonly endedAt: string | null;
  /** The revision as the provider gave it; opaque to everybody but the provider. */
  readonly revision: Readonly<Record<string, unknown>>;
  /** The deployment that this one brings back from, when it is a rollback. */
  readonly rollsBack: string | null;
  /** The provider itself says that it brings an earlier version back, so no gate may hold it. */
  readonly isRollback: boolean;
  /** The rollback of ours that its description names; a claim, until the store confirms it. */
  readonly claimedRollbackId: string | null;
  /** The deployment that rolled this one back. */
  readonly rolledBackBy: string | null;
}

/** One version's part in the traffic. */
export interface TrafficSide {
  /** Percent of the requests. */
  readonly weight: number;
  readonly targetGroup: string | null;
  /** Tasks that run; null where the provider does not tell. */
  readonly tasks: number | null;
}

/** How the traffic of a deployment is split, and where each side's metrics are found. Weights in percent. */
export interface Traffic {
  readonly baseline: TrafficSide;
  readonly canary: TrafficSide;
  readonly cluster: string | null;
  readonly service: string | null;
}

export type HookReportOutcome =
  | 'reported'
  | 'already-reported'
  | 'execution-unknown'
  | 'deployment-ended'
  | 'by-exit-code';

export type StopOutcome = 'stopped' | 'stopping' | 'already-ended';

export type RedeployOutcome =
  | { readonly outcome: 'created'; readonly deploymentId: string }
  | { readonly outcome: 'in-the-way'; readonly message: string };

/** Names under which a CI job may have stored a revision's report, in groups, the most telling group first. */
export type RevisionNames = readonly (readonly string[])[];

/** The deployment that a provider was asked about does not exist there. */
export class DeploymentUnknown extends Error {
  override readonly name = 'DeploymentUnknown';
  readonly deploymentId: string;

  constructor(deploymentId: string, options?: { cause?: unknown }) {
    super(`the provider knows no deployment "${deploymentId}"; check the id, AWS_REGION and the account`, options);
    this.deploymentId = deploymentId;
  }
}

/** A system that deploys. Every call has a time limit and throws AwsFailure when it was not answered. */
export interface Provider {
  /** @throws DeploymentUnknown */
  readDeployment(id: string): Promise<DeploymentFacts>;
  /** Null where the provider has no weights to tell (servers in place). */
  readTraffic(deployment: DeploymentFacts): Promise<Traffic | null>;
  revisionNames(deployment: DeploymentFacts): Promise<RevisionNames>;
  /** The group's last deployments, newest first, up to 100. */
  deploymentsOfGroup(application: string, deploymentGroup: string): Promise<readonly DeploymentFacts[]>;
  /** Alarms that the deployment group itself watches. */
  alarmsOfGroup(application: string, deploymentGroup: string): Promise<readonly string[]>;
  reportHook(
    hook: { readonly deploymentId: string; readonly computePlatform: string },
    executionId: string,
    verdict: 'pass' | 'fail',
  ): Promise<HookReportOutcome>;
  /** Stops a running deployment and sends the traffic back. Repeating is safe. */
  stop(deploymentId: string): Promise<StopOutcome>;
  /** Deploys an earlier revision again, marked with `marker` so that it is found after a crash. Not idempotent by itself. */
  redeploy(revisionOf: DeploymentFacts, marker: string): Promise<RedeployOutcome>;
}
