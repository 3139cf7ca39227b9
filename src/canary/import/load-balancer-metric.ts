/** A metric of an Application Load Balancer, of the side that is asked for. (CloudWatch metrics for your ALB) */
export function loadBalancerMetric(metricName: string, stat: string) {
  const dimensions = { TargetGroup: '$targetGroup', LoadBalancer: '$loadBalancer' };
  return { namespace: 'AWS/ApplicationELB', metricName, dimensions, stat };
}
