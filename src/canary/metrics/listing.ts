import { type CloudWatchClient, ListMetricsCommand, type ListMetricsCommandInput } from '@aws-sdk/client-cloudwatch';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import type { Question } from './questions.ts';

const pagesToRead = 10;

/** The dimensions of the metrics that CloudWatch lists, by name: those that had points in the last two weeks. (API_ListMetrics) */
export async function listMetrics(
  client: CloudWatchClient,
  wanted: Pick<ListMetricsCommandInput, 'Namespace' | 'MetricName' | 'Dimensions'>,
): Promise<readonly Readonly<Record<string, string | undefined>>[]> {
  const listed: Readonly<Record<string, string | undefined>>[] = [];
  let token: string | undefined;
  for (let page = 0; page < pagesToRead; page += 1) {
    const command = new ListMetricsCommand({ ...wanted, ...(token === undefined ? {} : { NextToken: token }) });
    const answer = await callAws('ListMetrics', (abortSignal) => client.send(command, { abortSignal }));
    for (const { Dimensions = [] } of answer.Metrics ?? []) {
      listed.push(Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name ?? '', Value])));
    }
    token = answer.NextToken;
    if (token === undefined) break;
  }
  return listed;
}

/** Names the metrics of which CloudWatch knows nothing at all: silent ones it lists. */
export type FindUnknown = (questions: readonly Question[]) => Promise<readonly string[]>;

/**
 * Asks ListMetrics for each metric that the questions read. When CloudWatch cannot be asked, none is called unknown.
 * A metric is listed up to 15 minutes after its first point. (API_ListMetrics)
 */
export function createFindUnknown(client: CloudWatchClient): FindUnknown {
  return async (questions) => {
    const unknown = await Promise.all(
      questions.map(async ({ metric, queries }) => {
        const wanted = queries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
        const known = await Promise.all(wanted.map((one) => isListed(client, one)));
        return known.every((one) => one) ? [] : [metric];
      }),
    );
    return [...new Set(unknown.flat())];
  };
}

type Metric = NonNullable<Question['queries'][number]['MetricStat']>['Metric'];

async function isListed(
  client: CloudWatchClient,
  { Namespace, MetricName, Dimensions = [] }: Metric,
): Promise<boolean> {
  try {
    const listed = await listMetrics(client, { Namespace, MetricName, Dimensions });
    // ListMetrics also answers with metrics that have more dimensions than were asked for.
    return listed.some((found) => Object.keys(found).length === Dimensions.length);
  } catch (cause) {
    if (cause instanceof AwsFailure) return true;
    throw cause;
  }
}
