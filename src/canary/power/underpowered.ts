import type { Reason } from '../../reason.ts';
import type { Comparison, Counts, Periods, RatioSeries } from '../comparison.ts';
import { dispersionOf } from './dispersion.ts';
import { mainBudget } from './planned-canary.ts';
import { powerWarning } from './power-warning.ts';

/**
 * What a watch says while it runs, when it cannot find what its policy wants to be safe from: from the traffic that both
 * sides had so far, the ratio of errors and the noise of the history, and the periods that are planned.
 * @returns none while nothing is known of the traffic, and where the power is enough
 */
export function underpowered({ metrics, policy }: Comparison): readonly Reason[] {
  const ratios = metrics.filter((metric) => metric.kind === 'ratio');
  const watched = ratios.find(({ main }) => main) ?? ratios[0];
  if (watched === undefined) return [];
  const canary = meanTotal(watched.canary);
  const baseline = meanTotal(watched.baseline);
  const healthy = healthyPast(watched);
  if (canary === null || baseline === null) return [];
  const warning = powerWarning(
    {
      requestsPerPeriod: canary + baseline,
      errorRatio: ratioOf(healthy),
      share: canary / (canary + baseline),
      periods: policy.plannedPeriods,
      historyPeriods: watched.history.filter((counts) => counts !== null).length,
      alpha: watched.main
        ? mainBudget({ alpha: policy.alpha, metrics: metrics.length })
        : policy.alpha / metrics.length,
      dispersion: dispersionOf(healthy),
    },
    watched.promoteSize ?? policy.promote.ratio,
  );
  return warning === null ? [] : [{ ...warning, metric: watched.name }];
}

/** The history, or the baseline beside the canary where there is none. */
function healthyPast({ history, baseline }: RatioSeries): Periods<Counts> {
  return history.some((counts) => counts !== null && counts.total > 0) ? history : baseline;
}

/** Requests a period, over the periods that had some; null where none had. */
function meanTotal(series: Periods<Counts>): number | null {
  const totals = series.flatMap((counts) => (counts === null || counts.total === 0 ? [] : [counts.total]));
  return totals.length === 0 ? null : totals.reduce((sum, total) => sum + total, 0) / totals.length;
}

function ratioOf(series: Periods<Counts>): number {
  const total = series.reduce((sum, counts) => sum + (counts?.total ?? 0), 0);
  const events = series.reduce((sum, counts) => sum + (counts?.events ?? 0), 0);
  return total === 0 ? 0 : events / total;
}
