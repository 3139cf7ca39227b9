import type { Observation, Point } from '../../src/canary/observation.ts';

export const watchStart = Date.parse('2026-11-24T20:30:00.000Z');
const minute = 60_000;

/** What one side had in a minute; null: asked for and not there. */
export type Minute = Readonly<Record<string, number | null>>;

export interface Minutes {
  readonly baseline?: readonly Minute[];
  readonly canary?: readonly Minute[];
  readonly shared?: readonly Minute[];
  readonly history?: readonly Minute[];
}

/** One look, taken after the last of the minutes given (they count from the start of the watch). */
export function observed(minutes: Minutes, over: Partial<Observation> = {}): Observation {
  const rows = (side: Point['side'], list: readonly Minute[] = []) => points(side, 'watch', watchStart, list);
  const past = minutes.history ?? [];
  const length = Math.max(minutes.canary?.length ?? 0, minutes.baseline?.length ?? 0, minutes.shared?.length ?? 0);
  return {
    fetchedAt: at(length),
    status: 'complete',
    reasons: [],
    weights: null,
    points: [
      ...rows('baseline', minutes.baseline),
      ...rows('canary', minutes.canary),
      ...rows('shared', minutes.shared),
      ...points('baseline', 'history', watchStart - past.length * minute, past),
    ],
    ...over,
  };
}

/** RFC 3339 time of the n-th minute of the watch. */
export function at(n: number): string {
  return new Date(watchStart + n * minute).toISOString();
}

function points(side: Point['side'], phase: Point['phase'], start: number, list: readonly Minute[]): Point[] {
  return list.flatMap((values, n) =>
    Object.entries(values).map(([metric, value]) => ({
      metric,
      side,
      phase,
      periodStart: new Date(start + n * minute).toISOString(),
      value,
    })),
  );
}
