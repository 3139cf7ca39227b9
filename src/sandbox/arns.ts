// The sandbox's one account and region; nothing that calls it may depend on which they are.
const account = 'us-east-1:123456789012';

export const arns = {
  cluster: (cluster: string): string => `arn:aws:ecs:${account}:cluster/${cluster}`,
  service: (cluster: string, service: string): string => `arn:aws:ecs:${account}:service/${cluster}/${service}`,
  taskSet: (cluster: string, service: string, id: string): string =>
    `arn:aws:ecs:${account}:task-set/${cluster}/${service}/${id}`,
  taskDefinition: (family: string, revision: number): string =>
    `arn:aws:ecs:${account}:task-definition/${family}:${revision}`,
  /** `suffix` is `targetgroup/name/id`. */
  targetGroup: (suffix: string): string => `arn:aws:elasticloadbalancing:${account}:${suffix}`,
  /** `suffix` is `app/name/id`. */
  loadBalancer: (suffix: string): string => `arn:aws:elasticloadbalancing:${account}:loadbalancer/${suffix}`,
  listener: (loadBalancerSuffix: string): string =>
    `arn:aws:elasticloadbalancing:${account}:listener/${loadBalancerSuffix}/0000000000000001`,
  alarm: (name: string): string => `arn:aws:cloudwatch:${account}:alarm:${name}`,
} as const;
