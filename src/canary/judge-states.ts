import type { Reason } from '../reason.ts';
import { tellApart } from './judge-text.ts';
import type { CanaryPolicy } from './policy.ts';
import type { DataState } from './states.ts';
import { futurePoints, sidesByPeriod, silentPeriods, type WatchedData } from './watched-data.ts';

/** A state of the data that is other than good, and what tells it. */
export interface Finding {
  readonly state: DataState;
  /** The metric that it is of; null: of the whole watch. */
  readonly metric: string | null;
  readonly reason: Reason;
  /** True where it is certain now; false where it counts at the watch's end only, since it is usual before. */
  readonly certain: boolean;
}

export function finding(
  state: DataState,
  metric: string | null,
  text: string,
  { certain = false, facts = {} }: { certain?: boolean; facts?: Readonly<Record<string, unknown>> } = {},
): Finding {
  const named = metric === null ? text : `${metric}: ${text}`;
  return {
    state,
    metric,
    certain,
    reason: { code: state, text: named, ...(metric === null ? {} : { metric }), ...facts },
  };
}

/** The states of the watch as a whole: its observations, the traffic, its routing. */
export function watchStates(policy: CanaryPolicy, data: WatchedData): readonly Finding[] {
  const { observations } = data;
  if (observations.length === 0) return [finding('no-observation', null, 'nothing was observed yet')];
  if (observations.every((observation) => observation.status === 'unavailable')) {
    const away = finding('metrics-unavailable', null, 'CloudWatch has not answered in the whole watch');
    const last = observations.at(-1)?.reasons ?? [];
    return [away, ...last.map((reason) => ({ ...away, reason }))];
  }
  return [
    ...unknownMetrics(data),
    ...canaryTraffic(policy, data),
    ...baselineTraffic(policy, data),
    ...routing(policy, data),
    ...skewedClock(data),
    ...revisions(data),
  ];
}

function unknownMetrics({ observations }: WatchedData): readonly Finding[] {
  const names = observations.findLast(({ unknownMetrics: listed }) => listed !== undefined)?.unknownMetrics ?? [];
  return names.map((name) => {
    const text =
      'CloudWatch lists no metric of this name with these dimensions in the last two weeks: correct it in canary.metrics, or leave it out';
    return finding('metric-unknown', name, text, { certain: true });
  });
}

function canaryTraffic(policy: CanaryPolicy, data: WatchedData): readonly Finding[] {
  const read = data.numbers('requests', 'canary');
  const values = data.timetable.canary.map(read);
  const requests = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  if (requests === 0) {
    const text = values.some((value) => value !== null && value !== undefined)
      ? 'the canary had no requests: its traffic weight is 0, or nobody came'
      : 'there are no data of the canary: traffic has not moved yet, or its target group or load balancer is another one (set loadBalancer)';
    return [finding('no-canary-traffic', null, text)];
  }
  const found: Finding[] = [];
  if (requests < policy.minimumRequests) {
    const text = `the canary had ${requests} requests, fewer than the ${policy.minimumRequests} of minimumRequests; give it more traffic or more time`;
    const facts = { requests, minimumRequests: policy.minimumRequests };
    found.push(finding('too-few-requests', null, text, { facts }));
  }
  const last = values.findLastIndex((value) => (value ?? 0) > 0);
  if (values.length - 1 - last >= silentPeriods) {
    const answered = data.observations.at(-1)?.status === 'complete';
    const since = new Date((data.timetable.canary[last] ?? 0) + data.timetable.period).toISOString();
    const lost = answered ? 'no requests' : 'no data (CloudWatch did not answer)';
    const text = `the canary's traffic stopped: ${lost} since ${since}; what was seen before cannot speak for the rest of the watch`;
    found.push(finding('traffic-stopped', null, text, { certain: answered, facts: { since } }));
  }
  const holes = values.slice(0, last).filter((value) => value === null || value === undefined).length;
  if (holes > 0) {
    const text = `${holes} of the canary's ${values.length} periods have no number of requests, between others that have`;
    found.push(finding('points-missing', null, text, { facts: { holes } }));
  }
  return found;
}

function baselineTraffic({ metrics }: CanaryPolicy, data: WatchedData): readonly Finding[] {
  const read = data.numbers('requests', 'baseline');
  const compared = metrics.some((metric) => metric.kind === 'ratio');
  if (!compared || [...data.baselineBeside, ...data.history].some((start) => (read(start) ?? 0) > 0)) return [];
  const text =
    'the baseline has no requests, neither beside the canary nor before it, so there is nothing to compare with';
  return [finding('baseline-missing', null, text)];
}

/** Chance moves a share of n requests by less than this many standard deviations. */
const certainDeviations = 5;

/**
 * The canary's part of the requests against the weight that the provider gave it, in the newest periods: half of it, or
 * twice, cannot be chance. Sticky sessions and long-lived connections move it less.
 */
function routing(policy: CanaryPolicy, data: WatchedData): readonly Finding[] {
  const weights = sidesByPeriod(data.timetable, data.observations, (observation) => observation.weights);
  const canary = data.numbers('requests', 'canary');
  const baseline = data.numbers('requests', 'baseline');
  const newest = data.timetable.canary.slice(-silentPeriods).map((start, index, all) => {
    const sides = weights[weights.length - all.length + index] ?? null;
    return { sides, canary: canary(start) ?? 0, total: (canary(start) ?? 0) + (baseline(start) ?? 0) };
  });
  const [first] = newest;
  if (newest.length < silentPeriods || first === undefined || first.sides === null) return [];
  const { sides } = first;
  const weight = sides.canary / Math.max(1, sides.canary + sides.baseline);
  const steady = newest.every((one) => one.sides?.canary === sides.canary && one.sides.baseline === sides.baseline);
  if (!steady || weight <= 0) return [];
  const far = newest.every((one) => isFar(one.canary, one.total, weight, policy.minimumRequests));
  if (!far) return [];
  const seen = newest.reduce((sum, one) => sum + one.canary, 0) / newest.reduce((sum, one) => sum + one.total, 0);
  const [is, should] = tellApart(100 * seen, 100 * weight);
  const text = `the canary had ${is} % of the requests in the last ${silentPeriods} periods, and has a weight of ${should} %: the listener's rules, the health of its targets or sticky sessions send the traffic elsewhere`;
  return [finding('routing-broken', null, text, { certain: true, facts: { share: seen, weight } })];
}

function isFar(canary: number, total: number, weight: number, minimumRequests: number): boolean {
  if (total < minimumRequests) return false;
  const share = canary / total;
  const deviation = Math.sqrt(total * weight * (1 - weight));
  const beyond = Math.abs(canary - total * weight) > certainDeviations * deviation;
  return beyond && (share < weight / 2 || share > Math.min(2 * weight, (1 + weight) / 2));
}

function skewedClock(data: WatchedData): readonly Finding[] {
  const future = futurePoints(data);
  const [first] = future;
  if (first === undefined) return [];
  const text = `${future.length} points lie in the future of the gate's clock (${first.metric} of ${first.periodStart}): set the clock of the gate's host; they are left out`;
  return [finding('clock-skew', null, text, { certain: true, facts: { points: future.length } })];
}

function revisions({ folded }: WatchedData): readonly Finding[] {
  const { revised } = folded;
  const [first] = revised;
  if (first === undefined) return [];
  const text = `${revised.length} numbers were revised by later looks (${first.metric} of ${first.side} at ${first.periodStart}: ${first.before}, then ${first.after}); they are judged as they are now. Should it happen often, raise canary.settle`;
  return [finding('points-revised', null, text, { facts: { revised: revised.length } })];
}
