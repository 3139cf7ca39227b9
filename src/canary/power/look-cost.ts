import { type MetricDataQuery, questionsOf } from '../metrics/questions.ts';
import type { CanaryPolicy } from '../policy.ts';

/** What a watch asks of CloudWatch, and what that costs. */
export interface LookCost {
  readonly looks: number;
  /** As GetMetricData bills them. */
  readonly metricsPerLook: number;
  /** Over the whole watch, the history that is read once included. */
  readonly metricsRequested: number;
  readonly dollars: number;
}

/** US dollars for 1,000 metrics requested with GetMetricData (Amazon CloudWatch pricing, us-east-1, November 2026). */
const dollarsPerThousandMetrics = 0.01;
export const priceSource = 'GetMetricData, Amazon CloudWatch pricing, us-east-1, November 2026';

/** A request bills up to five statistics of one metric as one (CloudWatch User Guide, "Retrieve metric data"). */
const statisticsPerMetric = 5;

/** Dimensions of a deployment that has all of them: the names do not matter. */
const somewhere = { loadBalancer: 'a', baseline: 'b', canary: 'c', cluster: 'd', service: 'e' };

/** The cost of a watch under this policy: a look a period until the last period has settled. */
export function lookCost(policy: CanaryPolicy): LookCost {
  const { durationSeconds, settleSeconds, periodSeconds, historyPeriods } = policy;
  const looks = Math.ceil((durationSeconds + settleSeconds) / periodSeconds);
  const metricsPerLook = billedMetrics(questionsOf(policy, somewhere).flatMap(({ queries }) => queries));
  const metricsRequested = metricsPerLook * (looks + (historyPeriods > 0 ? 1 : 0));
  return { looks, metricsPerLook, metricsRequested, dollars: (metricsRequested / 1000) * dollarsPerThousandMetrics };
}

function billedMetrics(queries: readonly MetricDataQuery[]): number {
  const statistics = Map.groupBy(
    queries.flatMap(({ MetricStat }) => MetricStat ?? []),
    ({ Metric, Period }) => JSON.stringify([Metric, Period]),
  );
  return [...statistics.values()].reduce((sum, { length }) => sum + Math.ceil(length / statisticsPerMetric), 0);
}
