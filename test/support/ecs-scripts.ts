import type { Script } from './scripted-aws.ts';

/** The end of a target group's ARN, as CloudWatch's dimensions have it. */
export function targetGroup(name: string): string {
  return `targetgroup/${name}/0123456789abcdef`;
}

/** An ECS deployment whose traffic is split like this; its target groups are called `blue` and `green`. */
export function trafficScripts(weights: { readonly blue: number; readonly green: number }) {
  return {
    GetDeploymentGroup: () => ({ deploymentGroupInfo: { ecsServices: [{ clusterName: 'c', serviceName: 's' }] } }),
    GetDeploymentTarget: () => ({
      deploymentTarget: {
        ecsTarget: {
          taskSetsInfo: [
            { taskSetLabel: 'Blue', trafficWeight: weights.blue, targetGroup: { name: 'blue' } },
            { taskSetLabel: 'Green', trafficWeight: weights.green, targetGroup: { name: 'green' } },
          ],
        },
      },
    }),
  } satisfies Record<string, Script>;
}

/** CloudWatch knows these target groups behind one load balancer. */
export function listMetrics(...names: readonly string[]): Script {
  return () => ({
    Metrics: names.map((name) => ({
      Dimensions: [
        { Name: 'TargetGroup', Value: targetGroup(name) },
        { Name: 'LoadBalancer', Value: 'app/payments/0123456789abcdef' },
      ],
    })),
  });
}

interface MetricDataInput {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: {
      readonly Metric: { readonly MetricName: string; readonly Dimensions: readonly { readonly Value: string }[] };
    };
  }[];
}

/** Every period of a metric has the value that it is given for it; null: none of them has any. */
export function metricData(value: (metric: string, canary: boolean) => number | null, periodSeconds = 1): Script {
  return (input) => {
    const { StartTime, EndTime, MetricDataQueries } = input as unknown as MetricDataInput;
    // CloudWatch has nothing of the future, whatever it is asked about.
    const length = Math.ceil((Math.min(EndTime, Date.now() / 1000) - StartTime) / periodSeconds);
    const periods = Array.from({ length: Math.max(0, length) }, (_, n) => StartTime + n * periodSeconds);
    const results = MetricDataQueries.map(({ Id, MetricStat: { Metric } }) => {
      const canary = Metric.Dimensions.some(({ Value }) => Value === targetGroup('green'));
      const one = value(Metric.MetricName, canary);
      const times = one === null ? [] : periods;
      return { Id, StatusCode: 'Complete', Timestamps: times, Values: times.map(() => one) };
    });
    return { MetricDataResults: results };
  };
}
