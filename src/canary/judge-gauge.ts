import type { MetricOutcome, WatchedData } from './judge-outcome.ts';
import type { Series, Side } from './observation.ts';
import type { MetricPolicy } from './policy.ts';
import { median } from './statistics/median.ts';

type GaugePolicy = Extract<MetricPolicy, { kind: 'gauge' }>;

/** A metric this many times beyond its relative limit needs two periods only: 200 ms that become 15 s cannot wait. */
const severeFactor = 4;
const severeSamples = 2;

/**
 * Judges a latency or another gauge by its values: bad when the newest `minimumSamples` periods in a row are beyond the
 * limit, or each beyond `relative` times the baseline's median. What both versions share can be saturated, but cannot
 * be blamed on the canary by comparison.
 */
export function judgeGauge(metric: GaugePolicy, data: WatchedData): MetricOutcome {
  const side: Side = isShared(metric) ? 'shared' : 'canary';
  const values = known(data.series(metric.name, side, 'watch'));
  const baseline =
    side === 'shared' ? undefined : median(known(data.series(metric.name, 'baseline', data.baselinePhase)));
  const newest = values.at(-1) ?? null;
  const numbers = { canary: newest, baseline: baseline ?? null };
  const bad = beyondLimit(metric, side, values) ?? beyondBaseline(metric, values, baseline);
  if (bad !== null) return { metric: metric.name, verdict: 'bad', reasons: [bad], ...numbers };
  if (values.length < metric.minimumSamples && side === 'canary') {
    const text = `${metric.name}: ${values.length} periods with data, and ${metric.minimumSamples} are needed`;
    return { metric: metric.name, verdict: 'open', reasons: [{ code: 'too-few-samples', text }], ...numbers };
  }
  if (metric.relative !== null && side === 'canary' && baseline === undefined) {
    const text = `${metric.name}: the baseline has no values to compare with`;
    return { metric: metric.name, verdict: 'open', reasons: [{ code: 'baseline-missing', text }], ...numbers };
  }
  const text = `${metric.name}: ${shown(newest)} at last, baseline ${shown(baseline ?? null)}: no sign of harm`;
  return { metric: metric.name, verdict: 'good', reasons: [{ code: 'gauge-good', text }], ...numbers };
}

/** True when no part of the metric is told apart by target group. */
export function isShared({ source }: GaugePolicy): boolean {
  const metrics = source.type === 'metric' ? [source.metric] : Object.values(source.inputs);
  return !metrics.some((metric) => Object.values(metric.dimensions).includes('$targetGroup'));
}

function beyondLimit({ name, limit, minimumSamples }: GaugePolicy, side: Side, values: readonly number[]) {
  const newest = values.slice(-minimumSamples);
  if (limit === null || newest.length < minimumSamples || newest.some((value) => value <= limit)) return null;
  const blame =
    side === 'shared' ? '; both versions share it, so it may not be the release: see what else changed' : '';
  const text = `${name}: ${newest.map(shown).join(', ')} in the last ${minimumSamples} periods, all above the limit of ${shown(limit)}${blame}`;
  return { code: side === 'shared' ? 'shared-limit' : 'gauge-limit', text, values: newest, limit };
}

function beyondBaseline(
  { name, relative, minimumSamples }: GaugePolicy,
  values: readonly number[],
  baseline: number | undefined,
) {
  if (relative === null || baseline === undefined || baseline <= 0) return null;
  const factors = values.map((value) => value / baseline);
  const lasting = inARow(factors, minimumSamples, relative);
  const severe = inARow(factors, severeSamples, relative * severeFactor);
  if (!lasting && !severe) return null;
  const newest = values.slice(-(lasting ? minimumSamples : severeSamples));
  const limit = baseline * relative;
  const text = `${name}: ${newest.map(shown).join(', ')} in the last ${newest.length} periods against ${shown(baseline)} of the baseline; the limit is ${relative} times, ${shown(limit)}`;
  return { code: 'gauge-worse', text, values: newest, baseline, limit };
}

function inARow(factors: readonly number[], length: number, above: number): boolean {
  const newest = factors.slice(-length);
  return newest.length === length && newest.every((factor) => factor > above);
}

function known(series: Series): readonly number[] {
  return series.flatMap(({ value }) => (value === null ? [] : [value]));
}

function shown(value: number | null): string {
  return value === null ? 'nothing' : String(Number(value.toPrecision(4)));
}
