import type { MetricEvidence } from './evidence/evidence.ts';
import { type Finding, finding } from './judge-states.ts';
import { tellApart } from './judge-text.ts';
import { type GaugePolicy, isShared, type RatioPolicy } from './metric-policy.ts';
import type { Side } from './observation.ts';
import type { CanaryPolicy } from './policy.ts';
import { countsReader, gaugeReader, pooledRatio } from './to-comparison.ts';
import { silentPeriods, type WatchedData } from './watched-data.ts';

/** The states of each metric's data. `evidence`: what the comparison said of it last; none where it was not compared. */
export function metricStates(
  policy: CanaryPolicy,
  data: WatchedData,
  evidence: readonly MetricEvidence[],
): readonly Finding[] {
  return policy.metrics.flatMap((metric) => {
    if (metric.kind === 'volume') return [];
    const own = evidence.find((one) => one.metric === metric.name);
    const warming = metric.required && own?.state === 'warming-up' ? [stillWarming(own)] : [];
    return [...(metric.kind === 'ratio' ? ratioStates(metric, data) : gaugeStates(metric, data)), ...warming];
  });
}

function stillWarming({ metric }: MetricEvidence): Finding {
  const text =
    'every period so far is within the warm-up, and none was judged; make the watch longer or canary.warmup shorter';
  return finding('warming-up', metric, text);
}

/** What both versions share is unlike its own past days. */
export function sharedUnusual({ metric, effect, harm, threshold }: MetricEvidence): Finding {
  const factor = effect === null ? '' : ` (${effect.lower.toPrecision(3)} to ${effect.upper.toPrecision(3)} times)`;
  const text = `unlike the same minutes of past days${factor}; both versions share it, so it may not be the release`;
  return finding('shared-unusual', metric, text, { facts: { harm, threshold } });
}

function ratioStates(metric: RatioPolicy, data: WatchedData): readonly Finding[] {
  const { name, events, limit, required } = metric;
  const newest = data.observations.findLast(({ limits }) => limits !== undefined)?.limits ?? {};
  if (events.type === 'slow' && !(name in newest)) {
    const text =
      'the baseline told no response times, so there is no limit beyond which a request is slow; use latency: { slo: 500ms }, or leave the metric out';
    return required ? [finding('limit-unknown', name, text)] : [];
  }
  const unknown = (['canary', 'baseline'] as const).flatMap((side) => eventsUnknown(metric, side, data));
  const baseline = pooledRatio(data.timetable.canary.map(countsReader(metric, 'baseline', data))) ?? 0;
  if (limit === null || baseline <= limit) return required ? unknown : [];
  const [failing, allowed] = tellApart(100 * baseline, 100 * limit);
  const text = `the baseline itself has ${failing} %, above the limit of ${allowed} %: no comparison with it can show that the canary is good`;
  return [...(required ? unknown : []), finding('baseline-ill', name, text, { certain: true })];
}

/** This part of a side's requests may be without a known number of events; beyond it nothing can be called good. */
const unknownShare = 0.1;

/** Requests of which CloudWatch did not tell how many failed or were slow are not requests that went well. */
function eventsUnknown(metric: RatioPolicy, side: Side, data: WatchedData): readonly Finding[] {
  const counts = countsReader(metric, side, data);
  const read = data.numbers('requests', side);
  let unknownRequests = 0;
  let requests = 0;
  for (const start of side === 'canary' ? data.timetable.canary : data.baselineBeside) {
    const total = read(start) ?? 0;
    requests += total;
    if (counts(start) === null) unknownRequests += total;
  }
  if (unknownRequests <= unknownShare * requests) return [];
  const what = metric.events.type === 'errors' ? 'failed' : 'were slow';
  const text = `nobody told how many of ${unknownRequests} of the ${side}'s ${requests} requests ${what}: a target that hangs gives no response times, and a refused call no answer; see the observations' reasons`;
  return [finding('events-unknown', metric.name, text, { facts: { side, unknownRequests, requests } })];
}

function gaugeStates(metric: GaugePolicy, data: WatchedData): readonly Finding[] {
  const side: Side = isShared(metric.source) ? 'shared' : 'canary';
  const values = data.timetable.canary.map(gaugeReader(metric, side, data));
  const resets = metric.counter ? counterResets(metric, side, data) : [];
  if (!metric.required) return resets;
  return [...resets, ...tooLittle(metric, side, values, data)];
}

function tooLittle(
  metric: GaugePolicy,
  side: Side,
  values: readonly (number | null)[],
  data: WatchedData,
): readonly Finding[] {
  const { name } = metric;
  const count = values.filter((value) => value !== null).length;
  const needed = samplesNeeded(metric, data);
  const strange = data.folded.series(name, side, 'watch').flatMap(({ notANumber }) => notANumber ?? []);
  const found: Finding[] = [];
  if (strange.length > unknownShare * values.length) {
    const text = `CloudWatch sent ${strange[0]} in ${strange.length} of ${values.length} periods: mend the metric or its expression`;
    found.push(finding('not-a-number', name, text, { certain: true }));
  }
  if (count < needed) {
    const text = `${count} of ${values.length} periods have a number, and ${needed} are needed; if this service has no such metric, leave it out of canary.metrics or set required: false`;
    return [...found, finding('too-few-samples', name, text)];
  }
  const last = values.findLastIndex((value) => value !== null);
  if (values.length - 1 - last >= silentPeriods) {
    const since = new Date((data.timetable.canary[last] ?? 0) + data.timetable.period).toISOString();
    const text = `no values since ${since}; what was seen before cannot speak for the rest of the watch`;
    found.push(finding('metric-stopped', name, text, { certain: true, facts: { since } }));
  }
  if (side === 'canary') {
    const baseline = gaugeReader(metric, 'baseline', data);
    if (data.baselineBeside.every((start) => baseline(start) === null)) {
      found.push(finding('baseline-missing', name, 'the baseline has no values to compare with'));
    }
  }
  return found;
}

/**
 * A watch too short for `minimumSamples` asks for what it can have: half of its periods. Good and bad ask for the same
 * number, or a short watch would promote what it had no time to call bad.
 */
export function samplesNeeded({ minimumSamples }: GaugePolicy, { timetable }: WatchedData): number {
  return Math.min(minimumSamples, Math.max(1, Math.floor(timetable.plannedPeriods / 2)));
}

function counterResets(metric: GaugePolicy, side: Side, data: WatchedData): readonly Finding[] {
  const read = data.numbers(metric.name, side);
  const falls = data.timetable.canary.filter((start) => {
    const [before, now] = [read(start - data.timetable.period) ?? null, read(start) ?? null];
    return before !== null && now !== null && now < before;
  });
  if (falls.length === 0) return [];
  const times = falls.map((start) => new Date(start).toISOString()).join(', ');
  const text = `the counter fell at ${times}: its process began anew. These periods are left out`;
  return [finding('counter-reset', metric.name, text, { certain: true, facts: { falls: falls.length } })];
}
