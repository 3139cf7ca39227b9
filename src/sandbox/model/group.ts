import type { Hooks, Revision } from './appspec.ts';
import type { Shift } from './shift.ts';
import type { TargetGroup, TaskSet } from './task-set.ts';
import type { ReleaseTraffic } from './traffic.ts';

/** An ECS service behind an Application Load Balancer, with the two target groups that its releases take in turn. */
export interface EcsService {
  readonly cluster: string;
  readonly name: string;
  readonly loadBalancer: { readonly suffix: string; readonly arn: string };
  readonly targetGroups: readonly [TargetGroup, TargetGroup];
  readonly containerName: string;
  readonly desiredCount: number;
  /** Requests that reach the load balancer in one period, both task sets together. */
  readonly requestsPerPeriod: number;
  /** Name of the RDS instance that both task sets use; null for none. */
  readonly database: string | null;
  primary: TaskSet;
  /** The other task set while a deployment has two. */
  secondary: TaskSet | null;
}

/** `events` are DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST. (API_AutoRollbackConfiguration) */
export interface AutoRollback {
  readonly enabled: boolean;
  readonly events: readonly string[];
}

/** A CodeDeploy deployment group on ECS. (docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentGroupInfo.html) */
export interface Group {
  readonly application: string;
  readonly name: string;
  readonly service: EcsService;
  readonly shift: Shift;
  readonly installSeconds: number;
  readonly terminationWaitSeconds: number;
  readonly hooks: Hooks;
  readonly alarms: readonly string[];
  readonly autoRollback: AutoRollback;
  /** The revision that serves: that of the last deployment which succeeded. */
  targetRevision: Revision;
}

/** What a release runs, and how it behaves under traffic. */
export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly image: string;
  readonly containerName: string;
  readonly registeredAt: number;
  readonly behaviour: ReleaseTraffic;
}
