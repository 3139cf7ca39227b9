import type { Effects } from './effects.ts';
import type { Evidence, EvidenceSettings } from './evidence.ts';
import { observeSides, type Sides } from './observe-sides.ts';
import { begetEffects, branchWeights, rescale, withoutUnlikely } from './side-by-side.ts';
import { rememberSpike } from './spikes.ts';
import type { Track } from './track.ts';
import { supportedShifts } from './unknown-effect.ts';

export const nothingSeen: Evidence = {
  harm: Number.NEGATIVE_INFINITY,
  slack: 0,
  safety: 0,
  effect: null,
  periods: 0,
  state: 'no-data',
};

/** All tracks after a period. */
export interface ObservedPeriod {
  readonly tracks: readonly Track[];
  /** The weights of each branch, all tracks together. */
  readonly weights: Float64Array;
}

/** Takes one period into all tracks; an effect may begin with any period that counts but the first. */
export function observePeriod(
  tracks: readonly Track[],
  sides: Sides,
  effects: Effects,
  { settings, periods }: { readonly settings: EvidenceSettings; readonly periods: number },
): ObservedPeriod {
  if (sides.canary !== null && periods > 0) {
    const hazard = (1 - effects.fromStart) / Math.max(1, settings.plannedPeriods - 1);
    for (const track of tracks) begetEffects(track, effects, hazard);
  }
  for (const track of tracks) observeSides(track, sides, effects);
  if (sides.canary !== null) rememberCanary(tracks, sides.canary);
  const weights = branchWeights(tracks, effects.shifts.length);
  rescale(tracks, Math.max(...weights));
  return { tracks: sides.canary === null ? tracks : withoutUnlikely(tracks, effects), weights };
}

function healthyWeight(track: Track): number {
  return track.branches[0] as number;
}

/** Tells the memory of spikes how far the canary was from what the likeliest healthy track expects after it. */
function rememberCanary(tracks: readonly Track[], value: number): void {
  const likeliest = tracks.reduce((best, track) => (healthyWeight(track) > healthyWeight(best) ? track : best));
  const { branches, follow } = likeliest;
  const expected = (branches[1] as number) + follow * (branches[2] as number) + (branches[3] as number);
  const deviation = Math.sqrt(likeliest.hypothesis.noise * likeliest.canaryNoise);
  rememberSpike(likeliest.spikesSeen, value - expected, deviation);
}

/**
 * Ville's bound holds on average over the noise that is thought possible. An unlikely one (a canary four times as noisy)
 * is to be covered as well, so the interval is taken at this part of alpha.
 */
const unlikelyNoise = 0.3;

/** What the tracks say after a period that counted. */
export function evidenceOf(
  { tracks, weights }: ObservedPeriod,
  effects: Effects,
  alpha: number,
  periods: number,
): Evidence {
  const least = Number.MIN_VALUE;
  const healthy = Math.max(least, weights[0] ?? 0);
  let worse = 0;
  for (let branch = 1; branch < effects.harmEnd; branch += 1) worse += weights[branch] as number;
  const unsafe = Math.max(...weights.subarray(effects.harmEnd));
  const unknown = tracks.flatMap((track) => (track.unknown === null ? [] : [track.unknown]));
  const shifts = supportedShifts(unknown, alpha * unlikelyNoise);
  return {
    harm: Math.log(Math.max(least, worse)) - Math.log(healthy),
    slack: 0,
    safety: Math.log(healthy) - Math.log(Math.max(least, unsafe)),
    effect: { lower: Math.exp(shifts.lower), upper: Math.exp(shifts.upper) },
    periods,
    state: 'judged',
  };
}
