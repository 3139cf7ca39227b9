/** What was measured in one period: each value stands for `weight` observations. */
export interface Datum {
  /** Start of the period, milliseconds. */
  readonly at: number;
  readonly values: readonly number[];
  readonly weight: number;
}

export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly data: Datum[];
}

export interface MetricStore {
  readonly series: Map<string, Series>;
}

/** Older points go: a sandbox left running for a day must not grow without end. */
const maxPointsPerSeries = 3000;

export function createMetricStore(): MetricStore {
  return { series: new Map() };
}

export function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

export function putDatum(
  store: MetricStore,
  metric: { readonly namespace: string; readonly name: string; readonly dimensions: Readonly<Record<string, string>> },
  datum: Datum,
): void {
  const key = keyOf(metric.namespace, metric.name, metric.dimensions);
  const series = store.series.get(key) ?? { ...metric, data: [] };
  store.series.set(key, series);
  series.data.push(datum);
  if (series.data.length > maxPointsPerSeries) series.data.shift();
}

export interface Question {
  readonly statistic: string;
  readonly periodSeconds: number;
  /** Milliseconds; the end is exclusive. (API_GetMetricData, EndTime) */
  readonly from: number;
  readonly to: number;
}

/** The series' values, a bucket of `periodSeconds` each, oldest first. Buckets without data are left out, as AWS does. */
export function answer(series: Series, question: Question): readonly { at: number; value: number }[] {
  const bucketMs = question.periodSeconds * 1000;
  const buckets = new Map<number, Datum[]>();
  for (const datum of series.data) {
    const at = Math.floor(datum.at / bucketMs) * bucketMs;
    if (at < question.from || at >= question.to) continue;
    const bucket = buckets.get(at) ?? [];
    bucket.push(datum);
    buckets.set(at, bucket);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, data]) => ({ at, value: statistic(question.statistic, data) }));
}

/** Whether CloudWatch would take the statistic's name. (User guide, "CloudWatch statistics definitions") */
export function isStatistic(name: string): boolean {
  return name in simple || percentileOf(name) !== null || slowerThan(name) !== null;
}

type Observations = { readonly sum: number; readonly count: number; readonly values: readonly number[] };

const simple: Readonly<Record<string, (seen: Observations) => number>> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Maximum: ({ values }) => values.reduce((a, b) => Math.max(a, b)),
  Minimum: ({ values }) => values.reduce((a, b) => Math.min(a, b)),
};

function statistic(name: string, data: readonly Datum[]): number {
  const percentile = percentileOf(name);
  if (percentile !== null) return weightedPercentile(data, percentile);
  const limit = slowerThan(name);
  // The lower bound of TC is exclusive. (Statistics definitions)
  if (limit !== null) {
    return data.reduce(
      (count, datum) => count + datum.weight * datum.values.filter((value) => value > limit).length,
      0,
    );
  }
  const count = data.reduce((total, datum) => total + datum.weight * datum.values.length, 0);
  const sum = data.reduce((total, datum) => total + datum.weight * datum.values.reduce((a, b) => a + b, 0), 0);
  return simple[name]?.({ sum, count, values: data.flatMap((datum) => datum.values) }) ?? Number.NaN;
}

function percentileOf(name: string): number | null {
  const digits = /^p(\d{1,2}(\.\d{1,10})?|100)$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The bound of `TC(0.5:)`. */
function slowerThan(name: string): number | null {
  const digits = /^TC\((\d+(\.\d+)?):\)$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The smallest value that at least so many percent of the observations do not exceed. */
function weightedPercentile(data: readonly Datum[], percent: number): number {
  const seen = data
    .flatMap((datum) => datum.values.map((value) => ({ value, weight: datum.weight })))
    .sort((a, b) => a.value - b.value);
  const wanted = (percent / 100) * seen.reduce((total, { weight }) => total + weight, 0);
  let reached = 0;
  for (const { value, weight } of seen) {
    reached += weight;
    if (reached >= wanted) return value;
  }
  return seen.at(-1)?.value ?? Number.NaN;
}
