import { z } from 'zod';
import { metricEntry } from '../metric-policy.ts';
import { type MappedMetric, slug } from './mapped-metric.ts';

const count = z.coerce.number().int().positive();

const statistic = z.looseObject({
  metric: z.looseObject({
    namespace: z.string(),
    metricName: z.string(),
    dimensions: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
  }),
  period: count.default(60),
  stat: z.string(),
});

const query = z.looseObject({
  id: z.string(),
  expression: z.string().optional(),
  metricStat: statistic.optional(),
  returnData: z.boolean().optional(),
});

const queries = z.array(query).min(1);
type Query = z.output<typeof query>;

export type MappedQueries =
  | { readonly metric: MappedMetric; readonly periodSeconds: number }
  | { readonly problem: string };

/**
 * The queries of a GetMetricData call, in Argo's spelling or AWS's, as a metric of our own. The target group becomes
 * `$targetGroup`, the load balancer `$loadBalancer`: the gate asks for both sides of the deployment that it watches.
 */
export function mapQueries(name: string, given: unknown): MappedQueries {
  const parsed = queries.safeParse(lowerCased(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `its queries are not those of GetMetricData: ${issue?.path.join('.')}: ${issue?.message}` };
  }
  const answer = parsed.data.find(({ returnData }) => returnData !== false);
  if (answer === undefined) return { problem: 'none of its queries returns data' };
  const used = answer.metricStat === undefined ? inputsOf(answer, parsed.data) : [answer];
  if (typeof used === 'string') return { problem: used };
  const sources = used.map((one) => [one.id, sourceOf(one)] as const);
  const template = sources.flatMap(([, { unknown }]) => unknown)[0];
  if (template !== undefined) {
    return { problem: `dimension ${template}: only the other tool fills such a template; write its value` };
  }
  const own = slug(name);
  const shape =
    answer.metricStat === undefined
      ? {
          expression: answer.expression ?? '',
          inputs: Object.fromEntries(sources.map(([id, { source }]) => [id, source])),
        }
      : { metric: sources[0]?.[1].source };
  const entry = { name: own, ...shape };
  const refused = refusalOf(entry);
  if (refused !== null) return { problem: refused };
  const shared = !sources.some(([, { source }]) => Object.values(source.dimensions).includes('$targetGroup'));
  const measures = measuresOf(answer, used);
  const periodSeconds = Math.max(...used.map(({ metricStat }) => metricStat?.period ?? 60));
  return { metric: { kind: 'own', name: own, entry, as: 'value', measures, shared }, periodSeconds };
}

/** The statistics that an expression uses; a text where one of them is not a statistic. */
function inputsOf(answer: Query, all: readonly Query[]): readonly Query[] | string {
  if (answer.expression === undefined) return `query "${answer.id}" has neither metricStat nor expression`;
  const words = new Set(answer.expression.match(/\b[a-z]\w*/g) ?? []);
  const used = all.filter(({ id }) => words.has(id));
  const nested = used.find(({ metricStat }) => metricStat === undefined);
  if (nested !== undefined) return `"${nested.id}" is an expression inside an expression; write both as one`;
  return used.length === 0 ? `"${answer.expression}" uses none of its queries` : used;
}

function sourceOf({ metricStat }: Query) {
  const { namespace = '', metricName = '', dimensions = [] } = metricStat?.metric ?? {};
  const placed = dimensions.map(({ name, value }) => [name, placeOf(name, value)] as const);
  const unknown = placed.filter(([, value]) => /\{\{|\$\{/.test(value)).map(([name, value]) => `${name} "${value}"`);
  return {
    source: { namespace, metricName, dimensions: Object.fromEntries(placed), stat: metricStat?.stat ?? '' },
    unknown,
  };
}

function placeOf(name: string, value: string): string {
  if (name === 'TargetGroup') return '$targetGroup';
  if (name === 'LoadBalancer') return '$loadBalancer';
  if (!/\{\{|\$\{/.test(value)) return value;
  if (name === 'ClusterName') return '$cluster';
  return name === 'ServiceName' ? '$service' : value;
}

/** Our own schema has the last word on expressions and names. A limit stands in: the judge's settings bring their own. */
function refusalOf(entry: Readonly<Record<string, unknown>>): string | null {
  const { error } = metricEntry.safeParse({ ...entry, limit: 1 });
  return error?.issues[0]?.message ?? null;
}

/** What a healthy value looks like: only a ratio of errors is known from the traffic. */
function measuresOf({ expression = '' }: Query, used: readonly Query[]): 'error-ratio' | 'error-percent' | 'unknown' {
  const names = used.map(({ metricStat }) => metricStat?.metric.metricName ?? '');
  const errors =
    names.some((name) => /5XX|error|fault/i.test(name)) && names.some((name) => /request|invocation/i.test(name));
  if (!errors || !expression.includes('/') || /\b1\s*-|\b100\s*-/.test(expression)) return 'unknown';
  return /\b100\b/.test(expression) ? 'error-percent' : 'error-ratio';
}

/** `MetricStat` and `metricStat` are one: AWS writes the first, Argo the second. */
function lowerCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toLowerCase() + key.slice(1), lowerCased(inner)]),
  );
}
