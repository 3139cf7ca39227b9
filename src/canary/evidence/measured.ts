import type { GaugeSeries, LatencySeries } from '../comparison.ts';
import { canaryNoises, offsetVariance } from './canary-noise.ts';
import { driftFollowing } from './co-movement.ts';
import { type Effects, effectsFor } from './effects.ts';
import type { Evidence, EvidenceSettings, EvidenceState, MetricWatcher } from './evidence.ts';
import { type JudgedScale, judgedScale } from './judged-scale.ts';
import { learnNoise } from './measured-noise.ts';
import { observeSides, type Sides } from './observe-sides.ts';
import { begetEffects, beginCanary, branchWeights, rescale, withoutUnlikely } from './side-by-side.ts';
import { rememberSpike } from './spikes.ts';
import type { Track } from './track.ts';
import { supportedShifts } from './unknown-effect.ts';

/** The part of an effect's prior that has it begin with the canary; the rest is spread evenly over later periods. */
const fromStart = 0.6;

/**
 * Watches a latency or a gauge: a state-space model of level, drift and Student noise (West 1981; West, Harrison 1997)
 * for both sides, under every noise that the history leaves likely; see docs/canary-judge.md.
 * @param series values in any unit; its canary and baseline are not read, they come by `observe`
 */
export function createMeasuredWatcher(
  series: LatencySeries | GaugeSeries,
  settings: EvidenceSettings,
): MetricWatcher<number> {
  const effects = effectsFor(series.direction, settings.size);
  const past = series.history.filter((value) => value !== null);
  let scale: JudgedScale | null = null;
  let tracks: readonly Track[] = [];
  let seen = 0;
  let periods = 0;
  let latest: Evidence = { harm: Number.NEGATIVE_INFINITY, safety: 0, effect: null, periods: 0, state: 'no-data' };

  /** The first value sets the scale where there is no history. */
  function begin(first: number, exposure: { readonly canary: number; readonly baseline: number }): JudgedScale {
    const judged = judgedScale(series, past, first);
    const history = learnNoise(series.history.map((value) => (value === null ? null : judged(value))));
    tracks = beginCanary(history, effects, {
      noises: canaryNoises(exposure, series.hosts, past.length > 0),
      followings: driftFollowing(series.parts, past.length > 0),
      offset: offsetVariance(series.hosts),
      fromStart,
    });
    return judged;
  }

  return {
    observe(canary, baseline, exposure) {
      seen += 1;
      const state = stateOf(canary, baseline, seen <= settings.warmup);
      const first = baseline ?? canary;
      if (scale === null && first === null) return { ...latest, state };
      const judged = scale ?? begin(first ?? 0, exposure);
      scale = judged;
      const counts = state === 'judged' && canary !== null;
      if (counts && periods > 0) {
        const hazard = (1 - fromStart) / Math.max(1, settings.plannedPeriods - 1);
        for (const track of tracks) begetEffects(track, effects, hazard);
      }
      const sides: Sides = {
        baseline: baseline === null ? null : judged(baseline),
        canary: counts ? judged(canary) : null,
        baselineNoise: Math.max(1, (exposure.canary + exposure.baseline) / exposure.baseline),
      };
      for (const track of tracks) observeSides(track, sides, effects);
      if (sides.canary !== null) rememberCanary(tracks, sides.canary);
      const sums = branchWeights(tracks, effects.shifts.length);
      rescale(tracks, Math.max(...sums));
      if (!counts) return { ...latest, state };
      periods += 1;
      latest = evidenceOf(tracks, effects, sums, settings.alpha, periods);
      tracks = withoutUnlikely(tracks, effects);
      return latest;
    },
  };
}

/** Tells the memory of spikes how far the canary was from what the likeliest healthy track expects after it. */
function rememberCanary(tracks: readonly Track[], value: number): void {
  const likeliest = tracks.reduce((best, track) => ((track.branches[0] ?? 0) > (best.branches[0] ?? 0) ? track : best));
  const [, level = 0, drift = 0, own = 0] = likeliest.branches;
  const deviation = Math.sqrt(likeliest.hypothesis.noise * likeliest.canaryNoise);
  rememberSpike(likeliest.spikesSeen, value - level - likeliest.follow * drift - own, deviation);
}

function stateOf(canary: number | null, baseline: number | null, isWarmup: boolean): EvidenceState {
  if (canary === null && baseline === null) return 'no-data';
  if (isWarmup) return 'warming-up';
  if (canary === null) return 'canary-missing';
  return baseline === null ? 'baseline-missing' : 'judged';
}

function evidenceOf(
  tracks: readonly Track[],
  effects: Effects,
  sums: Float64Array,
  alpha: number,
  periods: number,
): Evidence {
  const least = Number.MIN_VALUE;
  const healthy = Math.max(least, sums[0] ?? 0);
  const worse = sums.subarray(1, effects.harmEnd).reduce((sum, weight) => sum + weight, 0);
  const unsafe = sums.subarray(effects.harmEnd).reduce((most, weight) => Math.max(most, weight), 0);
  const shifts = supportedShifts(
    tracks.flatMap(({ unknown }) => (unknown === null ? [] : [unknown])),
    alpha,
  );
  return {
    harm: Math.log(Math.max(least, worse) / healthy),
    safety: Math.log(healthy / Math.max(least, unsafe)),
    effect: { lower: Math.exp(shifts.lower), upper: Math.exp(shifts.upper) },
    periods,
    state: 'judged',
  };
}
