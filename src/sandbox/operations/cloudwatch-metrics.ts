import { z } from 'zod';
import { evaluateMath, MathError } from '../model/metric-math.ts';
import { answer, isStatistic, keyOf, type Series } from '../model/metrics.ts';
import type { World } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Operations, operation, page, seconds } from './operation.ts';

const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.string() })).default([]);

const metricStatSchema = z.object({
  Metric: z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensionsSchema }),
  Period: z.int().positive(),
  Stat: z.string(),
  Unit: z.string().optional(),
});

const querySchema = z.object({
  // docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html, Id
  Id: z.string().regex(/^[a-z][a-zA-Z0-9_]*$/),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: metricStatSchema.optional(),
  Expression: z.string().min(1).max(2048).optional(),
  Period: z.int().positive().optional(),
});

type Query = z.output<typeof querySchema>;

// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html: up to 500 queries, and up to
// 100,800 points an answer.
const getMetricData = operation(
  z.object({
    MetricDataQueries: z.array(querySchema).max(500),
    StartTime: z.number(),
    EndTime: z.number(),
    ScanBy: z.enum(['TimestampAscending', 'TimestampDescending']).default('TimestampDescending'),
    NextToken: z.string().optional(),
    MaxDatapoints: z.int().positive().max(100_800).default(100_800),
  }),
  (world, input) => {
    if (input.StartTime >= input.EndTime) throw new AwsError('ValidationException', 'StartTime must be before EndTime');
    const ids = input.MetricDataQueries.map((query) => query.Id);
    if (new Set(ids).size < ids.length) throw new AwsError('ValidationException', 'the ids of the queries must differ');
    const all = input.MetricDataQueries.filter((query) => query.ReturnData).flatMap((query) => {
      const span = { from: input.StartTime * 1000, to: input.EndTime * 1000 };
      const points = pointsOf(world, input.MetricDataQueries, query, span);
      const ordered = input.ScanBy === 'TimestampAscending' ? points : points.toReversed();
      return [{ query, points: ordered }];
    });
    const { items, next } = page(
      all.flatMap(({ query, points }) => points.map((point) => ({ query, point }))),
      input.NextToken,
      input.MaxDatapoints,
    );
    return {
      MetricDataResults: all.map(({ query }) => {
        const own = items.filter((item) => item.query === query);
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
          Timestamps: own.map(({ point }) => seconds(point.at)),
          Values: own.map(({ point }) => point.value),
          StatusCode: next.nextToken === undefined ? 'Complete' : 'PartialData',
        };
      }),
      Messages: [],
      ...(next.nextToken === undefined ? {} : { NextToken: next.nextToken }),
    };
  },
);

interface Span {
  readonly from: number;
  readonly to: number;
}

type Answers = readonly { readonly at: number; readonly value: number }[];

function pointsOf(world: World, all: readonly Query[], query: Query, span: Span): Answers {
  if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
    throw new AwsError('ValidationException', `the query ${query.Id} needs either MetricStat or Expression`);
  }
  return query.MetricStat === undefined
    ? expressionPoints(world, all, query, span)
    : metricPoints(world, query.MetricStat, span);
}

function metricPoints(world: World, stat: z.output<typeof metricStatSchema>, span: Span): Answers {
  if (!isStatistic(stat.Stat)) {
    throw new AwsError('ValidationException', `the value ${stat.Stat} for parameter Stat is not a statistic`);
  }
  const dimensions = Object.fromEntries(stat.Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
  const series = world.metrics.series.get(keyOf(stat.Metric.Namespace, stat.Metric.MetricName, dimensions));
  // A period finer than the metric is kept at gives nothing, not an error. (API_MetricStat, Period)
  if (series === undefined || stat.Period % world.periodSeconds !== 0) return [];
  return answer(series, { statistic: stat.Stat, periodSeconds: stat.Period, ...span });
}

/** An expression reads the other queries, wherever they stand; without itself among them, so that none goes in circles. */
function expressionPoints(world: World, all: readonly Query[], query: Query, span: Span): Answers {
  const others = all.filter((candidate) => candidate !== query);
  const metric = others.find((candidate) => candidate.MetricStat !== undefined)?.MetricStat;
  const periodMs = (query.Period ?? metric?.Period ?? world.periodSeconds) * 1000;
  const timestamps: number[] = [];
  for (let at = Math.ceil(span.from / periodMs) * periodMs; at < span.to; at += periodMs) timestamps.push(at);
  try {
    const result = evaluateMath(
      query.Expression ?? '',
      (id) => {
        const named = others.find((candidate) => candidate.Id === id);
        if (named === undefined) return undefined;
        return new Map(pointsOf(world, others, named, span).map(({ at, value }) => [at, value]));
      },
      timestamps,
    );
    return [...result].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
  } catch (cause) {
    if (!(cause instanceof MathError)) throw cause;
    throw new AwsError('ValidationException', `Error in expression '${query.Id}': ${cause.message}`);
  }
}

const listMetrics = operation(
  z.object({
    Namespace: z.string().optional(),
    MetricName: z.string().optional(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
    NextToken: z.string().optional(),
  }),
  (world, input) => {
    const matches = (series: Series): boolean =>
      (input.Namespace ?? series.namespace) === series.namespace &&
      (input.MetricName ?? series.name) === series.name &&
      input.Dimensions.every(({ Name, Value }) => {
        const has = series.dimensions[Name];
        return has !== undefined && (Value ?? has) === has;
      });
    const { items, next } = page([...world.metrics.series.values()].filter(matches), input.NextToken, 500);
    return {
      Metrics: items.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      ...(next.nextToken === undefined ? {} : { NextToken: next.nextToken }),
    };
  },
);

export const metricOperations: Operations = { GetMetricData: getMetricData, ListMetrics: listMetrics };
