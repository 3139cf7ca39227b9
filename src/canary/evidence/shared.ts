import type { GaugeSeries, LatencySeries } from '../comparison.ts';
import { effectsFor } from './effects.ts';
import {
  type Evidence,
  type EvidenceSettings,
  type EvidenceState,
  type MetricWatcher,
  newestPeriods,
} from './evidence.ts';
import { type JudgedScale, judgedScale } from './judged-scale.ts';
import { learnNoise } from './measured-noise.ts';
import { evidenceOf, nothingSeen, observePeriod } from './measured-period.ts';
import { beginCanary, type Following } from './side-by-side.ts';
import type { Track } from './track.ts';

/**
 * What a resource that both versions report says: beside the usual, how surely it is ill. Its `harm` is -Infinity, since
 * a comparison cannot say which version it is ill of; its `safety` is minus the illness where that is sure, which keeps
 * a promotion from being earned, and +Infinity where it is not.
 */
export interface SharedEvidence extends Evidence {
  /** ln of how much more likely everything is if the resource got worse with the canary than by its own past's noise. */
  readonly illness: number;
  /** Whether `illness` has ever reached ln(1/alpha): say "ill, and it may not be the release". */
  readonly isIll: boolean;
}

/** It is the same resource before and after: its drift is its own. */
const sharing: Following = { follow: 1, factor: 1, bursts: null, prior: 1 };

export interface SharedWatcher extends MetricWatcher<number> {
  observe(...period: Parameters<MetricWatcher<number>['observe']>): SharedEvidence;
}

/**
 * Watches a latency or a gauge that both versions share: the resource since the canary began against its own past.
 * @param series its history is the resource's; either side's value stands for it, the canary's first
 */
export function createSharedWatcher(series: LatencySeries | GaugeSeries, settings: EvidenceSettings): SharedWatcher {
  const newest = series.history.slice(-newestPeriods);
  const past = newest.filter((value) => value !== null);
  const effects = effectsFor(series.direction, settings.size, past.length > 0);
  let scale: JudgedScale | null = null;
  let tracks: readonly Track[] = [];
  let seen = 0;
  let isIll = false;
  let latest = nothingSeen;

  function begin(first: number): JudgedScale {
    const judged = judgedScale(series, past, first);
    const history = learnNoise(newest.map((value) => (value === null ? null : judged(value))));
    // The very same resource: it follows its own drift, as noisy as it was, from where it was.
    const alike = { noises: [{ factor: 1, spikes: null, prior: 1 }], followings: [sharing] };
    tracks = beginCanary(history, effects, { ...alike, offset: 0, fromStart: effects.fromStart });
    return judged;
  }

  return {
    observe(canary, baseline) {
      seen += 1;
      const value = canary ?? baseline;
      const state: EvidenceState = value === null ? 'no-data' : seen <= settings.warmup ? 'warming-up' : 'judged';
      if (scale !== null || value !== null) {
        const judged = scale ?? begin(value ?? 0);
        scale = judged;
        const counted = state === 'judged' && value !== null ? judged(value) : null;
        const sides = { baseline: null, canary: counted, baselineNoise: 1 };
        const period = observePeriod(tracks, sides, effects, { settings, periods: latest.periods });
        if (counted !== null) latest = evidenceOf(period, effects, settings.alpha, latest.periods + 1);
        tracks = period.tracks;
      }
      const illness = latest.harm;
      isIll ||= illness >= Math.log(1 / settings.alpha);
      const safety = isIll ? -illness : latest.periods === 0 ? 0 : Number.POSITIVE_INFINITY;
      return { ...latest, state, harm: Number.NEGATIVE_INFINITY, safety, illness, isIll };
    },
  };
}
