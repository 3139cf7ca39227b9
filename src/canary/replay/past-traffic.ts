import type { Counts, Periods } from '../comparison.ts';
import type { Point } from '../observation.ts';
import { type PastCount, type PastPlaces, pastMetric } from './past-questions.ts';

/** A service's past: the periods of a span, one after the other, without holes. */
export interface PastTraffic {
  /** Start of the first period. */
  readonly from: Date;
  readonly periodSeconds: number;
  /** One slice for each zone, or one with the name null for all together. */
  readonly slices: readonly PastSlice[];
}

export interface PastSlice {
  readonly zone: string | null;
  readonly errors: Periods<Counts>;
  /** Null where slow requests were not asked for. */
  readonly slow: Periods<Counts> | null;
}

interface Span {
  readonly from: Date;
  readonly to: Date;
  readonly periodSeconds: number;
}

/** Puts CloudWatch's points together, summed over the target groups. A period without an answer stays null. */
export function pastTraffic(points: readonly Point[], places: PastPlaces, span: Span, withSlow: boolean): PastTraffic {
  const byMetric = Map.groupBy(points, ({ metric }) => metric);
  const zones = places.zones.length === 0 ? [null] : places.zones;
  const length = Math.floor((span.to.getTime() - span.from.getTime()) / (span.periodSeconds * 1000));
  const slices = zones.map((zone) => {
    const groups = places.targetGroups.map((targetGroup) => {
      const read = (count: PastCount) =>
        valuesOf(byMetric.get(pastMetric(count, targetGroup, zone)) ?? [], span, length);
      return {
        requests: read('requests'),
        errors: read('errors'),
        lost: read('connection-errors'),
        slow: read('slow'),
      };
    });
    const summed = (count: (group: (typeof groups)[number], period: number) => Counts | null | 'unknown') =>
      Array.from({ length }, (_, period) => sumOf(groups.map((group) => count(group, period))));
    return {
      zone,
      errors: summed(({ requests, errors, lost }, at) => failed(requests[at], errors[at], lost[at])),
      slow: withSlow ? summed(({ requests, slow }, at) => slowOf(requests[at], slow[at])) : null,
    };
  });
  return { from: span.from, periodSeconds: span.periodSeconds, slices };
}

/** A period's number; null: CloudWatch had none; undefined: it did not say. */
type Told = number | null | undefined;

function valuesOf(points: readonly Point[], { from, periodSeconds }: Span, length: number): readonly Told[] {
  const values = new Array<Told>(length).fill(undefined);
  for (const { periodStart, value, notANumber } of points) {
    const at = (Date.parse(periodStart) - from.getTime()) / (periodSeconds * 1000);
    if (Number.isInteger(at) && at >= 0 && at < length && notANumber === undefined) values[at] = value;
  }
  return values;
}

/** Errors are published only when there are some: none beside requests is a zero, an answer that is missing is not. */
function failed(requests: Told, errors: Told, lost: Told): Counts | null | 'unknown' {
  if (requests === null) return null;
  if (requests === undefined || errors === undefined || lost === undefined) return 'unknown';
  return { events: Math.min(requests, (errors ?? 0) + (lost ?? 0)), total: requests };
}

/** Response times are published whenever a target answers: where there are none, nobody knows how slow it was. */
function slowOf(requests: Told, slow: Told): Counts | null | 'unknown' {
  if (requests === null) return null;
  if (requests === undefined || slow === undefined || slow === null) return 'unknown';
  return { events: Math.min(requests, slow), total: requests };
}

/** A group without requests adds nothing; one whose numbers are unknown leaves the sum unknown. */
function sumOf(groups: readonly (Counts | null | 'unknown')[]): Counts | null {
  let sum: Counts | null = null;
  for (const group of groups) {
    if (group === 'unknown') return null;
    if (group !== null) sum = sum === null ? group : added(sum, group);
  }
  return sum;
}

/** Two slices together. */
export function added(one: Counts, other: Counts): Counts {
  return { events: one.events + other.events, total: one.total + other.total };
}
