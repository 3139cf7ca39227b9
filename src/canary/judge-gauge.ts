import type { Reason } from '../reason.ts';
import { type MetricOutcome, silentSince, type WatchedData } from './judge-outcome.ts';
import { tellApart } from './judge-text.ts';
import { isShared, type MetricPolicy } from './metric-policy.ts';
import type { Series, Side } from './observation.ts';
import { median } from './statistics/median.ts';

type GaugePolicy = Extract<MetricPolicy, { kind: 'gauge' }>;

/** A metric this many times beyond its relative limit needs two periods only: 200 ms that become 15 s cannot wait. */
const severeFactor = 4;
const severeSamples = 2;

/**
 * Judges a latency or another gauge by its values: bad when the newest `samplesNeeded` periods in a row are beyond the
 * limit, or each beyond `relative` times the baseline's median of the same periods (when both sides slow down together,
 * it is not the release). What both versions share can be saturated, but cannot be blamed on the canary by comparison.
 */
export function judgeGauge(metric: GaugePolicy, data: WatchedData): MetricOutcome {
  const side: Side = isShared(metric.source) ? 'shared' : 'canary';
  const series = data.series(metric.name, side, 'watch');
  const points = known(series);
  const values = points.map(({ value }) => value);
  const beside = side === 'shared' ? [] : known(data.series(metric.name, 'baseline', data.baselinePhase));
  const baseline = median(beside.map(({ value }) => value));
  const newest = values.at(-1) ?? null;
  const numbers = { canary: newest, baseline: baseline ?? null };
  const bad =
    beyondLimit(metric, side, values, samplesNeeded(metric, data)) ??
    beyondBaseline(metric, points, beside, periodsForNoise(metric, points, data));
  if (bad !== null) return { metric: metric.name, verdict: 'bad', reasons: [bad], ...numbers };
  const open = tooLittle(metric, side, series, baseline, data);
  if (open !== null) return { metric: metric.name, verdict: 'open', reasons: [open], ...numbers };
  const text = `${metric.name}: ${shown(newest)} at last, baseline ${shown(baseline ?? null)}: no sign of harm`;
  return { metric: metric.name, verdict: 'good', reasons: [{ code: 'gauge-good', text }], ...numbers };
}

/**
 * A watch too short for `minimumSamples` asks for what it can have: half of its looks. Good and bad ask for the same
 * number, or a short watch would promote what it had no time to call bad.
 */
function samplesNeeded({ minimumSamples }: GaugePolicy, { plannedLooks }: WatchedData): number {
  return Math.min(minimumSamples, Math.max(1, Math.floor(plannedLooks / 2)));
}

/** Why the metric cannot be called good: too few values, none lately, or nothing to compare them with. */
function tooLittle(
  metric: GaugePolicy,
  side: Side,
  series: Series,
  baseline: number | undefined,
  data: WatchedData,
): Reason | null {
  if (!metric.required) return null;
  const { name } = metric;
  const count = known(series).length;
  const needed = samplesNeeded(metric, data);
  if (count < needed) {
    const strange = series.find((point) => point.notANumber !== undefined)?.notANumber;
    const code = strange === undefined ? 'too-few-samples' : 'not-a-number';
    const text = `${name}: ${count} of ${series.length} periods have a number${strange === undefined ? '' : ` (CloudWatch sent ${strange})`}, and ${needed} are needed; if this service has no such metric, leave it out of canary.metrics or set required: false`;
    return { code, text };
  }
  const silent = silentSince(series, data);
  if (silent !== undefined) {
    const text = `${name}: no values since ${silent}; what was seen before cannot speak for the rest of the watch`;
    return { code: 'gauge-stopped', text, since: silent };
  }
  if (metric.relative !== null && side === 'canary' && baseline === undefined) {
    return { code: 'baseline-missing', text: `${name}: the baseline has no values to compare with` };
  }
  return null;
}

function beyondLimit(
  { name, limit }: GaugePolicy,
  side: Side,
  values: readonly number[],
  needed: number,
): Reason | null {
  const newest = values.slice(-needed);
  if (limit === null || newest.length < needed || newest.some((value) => value <= limit)) return null;
  const blame =
    side === 'shared' ? '; both versions share it, so it may not be the release: see what else changed' : '';
  const [limitShown, ...shownValues] = tellApart(limit, ...newest);
  const text = `${name}: ${shownValues.join(', ')} ${inTheLast(needed)}${needed === 1 ? '' : ', all'} above the limit of ${limitShown}${blame}`;
  return { code: side === 'shared' ? 'shared-limit' : 'gauge-limit', text, values: newest, limit };
}

function beyondBaseline(
  { name, relative }: GaugePolicy,
  points: readonly KnownPoint[],
  beside: readonly KnownPoint[],
  lasting: number,
): Reason | null {
  if (relative === null) return null;
  const rules = [
    { length: lasting, factor: relative },
    { length: severeSamples, factor: relative * severeFactor },
  ];
  for (const { length, factor } of rules) {
    const newest = points.slice(-length);
    const baseline = medianBeside(newest, beside);
    if (newest.length < length || baseline === undefined || baseline <= 0) continue;
    if (newest.some(({ value }) => value <= baseline * factor)) continue;
    const values = newest.map(({ value }) => value);
    const limit = baseline * relative;
    const [limitShown, baselineShown, ...shownValues] = tellApart(limit, baseline, ...values);
    const text = `${name}: ${shownValues.join(', ')} ${inTheLast(length)} against ${baselineShown} of the baseline; the limit is ${relative} times, ${limitShown}`;
    return { code: 'gauge-worse', text, values, baseline, limit };
  }
  return null;
}

/**
 * In how many periods in a row the canary must be slower. A percentile of few requests is the slowest few of them, and
 * jumps: at 70 requests a minute and a wide spread, three in a row rolled 43 % of healthy releases back, seven hardly
 * any (bench/judge-latency.ts). What is severe does not wait for this, and a short watch asks for all of its periods.
 */
function periodsForNoise(metric: GaugePolicy, points: readonly KnownPoint[], data: WatchedData): number {
  const { source } = metric;
  const needed = samplesNeeded(metric, data);
  const percentile = source.type === 'metric' ? /^p(\d+(?:\.\d+)?)$/.exec(source.metric.stat)?.[1] : undefined;
  const periods = new Set(points.slice(-needed).map(({ periodStart }) => periodStart));
  const requests = median(
    known(data.canaryRequests).flatMap((one) => (periods.has(one.periodStart) ? [one.value] : [])),
  );
  if (percentile === undefined || requests === undefined) return needed;
  const beyond = requests * (1 - Number(percentile) / 100);
  if (beyond >= 10) return needed;
  return Math.max(needed, Math.min(needed + (beyond >= 3 ? 2 : 4), data.plannedPeriods));
}

/** The baseline's median over the periods of the points; over all that it has, where it has none of these. */
function medianBeside(points: readonly KnownPoint[], beside: readonly KnownPoint[]): number | undefined {
  const periods = new Set(points.map(({ periodStart }) => periodStart));
  const same = beside.filter(({ periodStart }) => periods.has(periodStart));
  return median((same.length > 0 ? same : beside).map(({ value }) => value));
}

interface KnownPoint {
  readonly periodStart: string;
  readonly value: number;
}

function known(series: Series): readonly KnownPoint[] {
  return series.flatMap(({ periodStart, value }) => (value === null ? [] : [{ periodStart, value }]));
}

function inTheLast(periods: number): string {
  return periods === 1 ? 'in the last period' : `in the last ${periods} periods`;
}

function shown(value: number | null): string {
  return value === null ? 'nothing' : String(Number(value.toPrecision(4)));
}
