import type { ReleaseTraffic } from './traffic.ts';

export interface TargetGroup {
  readonly name: string;
  /** `targetgroup/name/0123456789abcdef`: the ARN's suffix, which is CloudWatch's dimension value. */
  readonly suffix: string;
  readonly arn: string;
}

/** The tasks of one release behind one target group. (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html) */
export interface TaskSet {
  readonly id: string;
  readonly arn: string;
  readonly taskDefinition: string;
  readonly targetGroup: TargetGroup;
  readonly createdAt: number;
  readonly behaviour: ReleaseTraffic;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  /** Percent of production traffic. */
  weight: number;
  /** When it first got production traffic; null before. */
  trafficSince: number | null;
}

export function setWeight(taskSet: TaskSet, weight: number, now: number): void {
  taskSet.weight = weight;
  if (weight > 0) taskSet.trafficSince ??= now;
}
