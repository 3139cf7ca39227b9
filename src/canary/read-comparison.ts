import type { InputProblem } from '../input/problems.ts';
import type { Comparison, MetricSeries } from './comparison.ts';
import { isJsonObject, refuseStrayFields } from './offline/fields.ts';
import { createProblemList, misfit, type Report } from './offline/problem-list.ts';
import { readMetric } from './offline/read-metric.ts';
import { readPolicy } from './offline/read-policy.ts';

/** A comparison's name as its line gave it: a number stays a number. */
export type GivenId = string | number;

export type ReadComparison =
  | { readonly status: 'read'; readonly id: GivenId; readonly comparison: Comparison }
  | { readonly status: 'refused'; readonly id: GivenId | null; readonly problems: readonly InputProblem[] };

const mostMetrics = 200;

/**
 * One parsed line of the offline format (docs/canary-offline.md): what the judge takes, or everything that keeps it from
 * it, each problem with its path and way out. The series are taken as they are, not copied.
 * @param line what JSON.parse made of the line
 */
export function readComparison(line: unknown): ReadComparison {
  const { report, problems } = createProblemList();
  if (!isJsonObject(line)) {
    report('', misfit(line, 'write an object, {"id": "…", "metrics": […]}'));
    return { status: 'refused', id: null, problems: problems() };
  }
  refuseStrayFields(line, ['id', 'policy', 'metrics'], '', report);
  const id = readId(line.id, report);
  const metrics = readMetrics(line.metrics, report);
  const periods = metrics?.find((metric) => metric !== undefined)?.canary.length ?? 1;
  const policy = readPolicy(line.policy, periods, report);
  const found = problems();
  const whole = metrics?.filter((metric) => metric !== undefined);
  if (id === undefined || whole === undefined || policy === undefined || found.length > 0) {
    return { status: 'refused', id: id ?? null, problems: found };
  }
  return { status: 'read', id, comparison: { id: String(id), policy, metrics: whole } };
}

function readId(id: unknown, report: Report): GivenId | undefined {
  if (typeof id === 'string' && id !== '' && id.length <= 1000) return id;
  if (typeof id === 'number' && Number.isFinite(id) && (!Number.isInteger(id) || Number.isSafeInteger(id))) return id;
  if (typeof id === 'number') report('id', `${id}: too large to be exact; write it as a string`);
  else report('id', misfit(id, 'write a string of 1 to 1000 characters, or a number'));
  return undefined;
}

function readMetrics(metrics: unknown, report: Report): readonly (MetricSeries | undefined)[] | undefined {
  if (!Array.isArray(metrics)) {
    report('metrics', misfit(metrics, 'write an array of metrics'));
    return undefined;
  }
  if (metrics.length === 0 || metrics.length > mostMetrics) {
    report('metrics', `${metrics.length} metrics; write 1 to ${mostMetrics}`);
    return undefined;
  }
  const read = metrics.map((metric, at) => readMetric(metric, `metrics[${at}]`, report));
  checkTogether(read, report);
  return read;
}

/** What the metrics of one canary must agree on. */
function checkTogether(metrics: readonly (MetricSeries | undefined)[], report: Report): void {
  const names = new Map<string, number>();
  let main: number | undefined;
  let longest: { at: number; periods: number } | undefined;
  metrics.forEach((metric, at) => {
    if (metric === undefined) return;
    const path = `metrics[${at}]`;
    const namesake = names.get(metric.name);
    if (namesake === undefined) names.set(metric.name, at);
    else report(`${path}.name`, `"${metric.name}" is the name of metrics[${namesake}] already; write another`);
    if (metric.main && main !== undefined) {
      report(`${path}.main`, `metrics[${main}] is the main metric already; leave one of the two`);
    }
    if (metric.main) main ??= at;
    const periods = metric.canary.length;
    longest ??= { at, periods };
    if (periods !== longest.periods) {
      const other = `metrics[${longest.at}] has ${longest.periods}`;
      report(`${path}.canary`, `${periods} periods, ${other}; write the same periods for every metric`);
    }
  });
}
