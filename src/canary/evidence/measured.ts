import type { GaugeSeries, LatencySeries } from '../comparison.ts';
import { burstRate, withBursts } from './bursts.ts';
import { canaryNoises, offsetVariance } from './canary-noise.ts';
import { driftFollowing } from './co-movement.ts';
import { effectsFor } from './effects.ts';
import { type EvidenceSettings, type EvidenceState, type MetricWatcher, newestPeriods } from './evidence.ts';
import { type JudgedScale, judgedScale } from './judged-scale.ts';
import { likelyNoise, measuredSlack, newFalls, slowDriftOf } from './measured-calibration.ts';
import { learnNoise, spreadOfSteps } from './measured-noise.ts';
import { evidenceOf, nothingSeen, observePeriod } from './measured-period.ts';
import { beginCanary } from './side-by-side.ts';
import type { Track } from './track.ts';

/** How much of the load each side carries in a period. */
interface Exposure {
  readonly canary: number;
  readonly baseline: number;
}

/**
 * Watches a latency or a gauge beside the baseline: a state-space model of level, drift and Student noise (West 1981;
 * West, Harrison 1997) for both sides, under every noise that the history leaves likely; see docs/canary-judge.md.
 * @param series values in any unit; its canary and baseline are not read, they come by `observe`
 */
export function createMeasuredWatcher(
  series: LatencySeries | GaugeSeries,
  settings: EvidenceSettings,
): MetricWatcher<number> {
  const newest = series.history.slice(-newestPeriods);
  const past = newest.filter((value) => value !== null);
  const effects = effectsFor(series.direction, settings.size, past.length > 0);
  let scale: JudgedScale | null = null;
  let tracks: readonly Track[] = [];
  let seen = 0;
  let latest = nothingSeen;
  let slowDrift = 0;
  let countFalls = newFalls(null);

  /** The first value sets the scale where there is no history. */
  function begin(first: number, exposure: Exposure): JudgedScale {
    const judged = judgedScale(series, past, first);
    const judgedAll = (values: readonly (number | null)[]) =>
      values.map((value) => (value === null ? null : judged(value)));
    const history = judgedAll(newest);
    const followings = driftFollowing(
      series.parts.map((part) => judgedAll(part.slice(-newestPeriods))),
      past.length > 0,
      series.hosts,
    );
    const spread = spreadOfSteps(history);
    const learned = learnNoise(history);
    slowDrift = slowDriftOf(learned);
    countFalls = newFalls(spread);
    tracks = beginCanary(learned, effects, {
      noises: canaryNoises(exposure, series.hosts, past.length > 0),
      followings: withBursts(followings, burstRate(history, spread ?? Number.POSITIVE_INFINITY)),
      offset: offsetVariance(series.hosts),
      fromStart: effects.fromStart,
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
      const counted = state === 'judged' && canary !== null ? judged(canary) : null;
      const sides = {
        baseline: baseline === null ? null : judged(baseline),
        canary: counted,
        baselineNoise: exposure.baseline > 0 ? 1 + exposure.canary / exposure.baseline : 1,
      };
      const period = observePeriod(tracks, sides, effects, { settings, periods: latest.periods });
      tracks = period.tracks;
      countFalls('baseline', sides.baseline);
      const falls = countFalls('canary', counted);
      if (counted === null) return { ...latest, state };
      const slack = measuredSlack({
        historyPeriods: past.length,
        plannedPeriods: settings.plannedPeriods,
        slowDrift,
        falls,
        wasWorse: latest.harm > 0,
        noise: likelyNoise(tracks, effects.harmEnd),
      });
      latest = { ...evidenceOf(period, effects, settings.alpha, latest.periods + 1), slack };
      return latest;
    },
  };
}

function stateOf(canary: number | null, baseline: number | null, isWarmup: boolean): EvidenceState {
  if (canary === null && baseline === null) return 'no-data';
  if (isWarmup) return 'warming-up';
  if (canary === null) return 'canary-missing';
  return baseline === null ? 'baseline-missing' : 'judged';
}
