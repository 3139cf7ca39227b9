import type { Counts, MetricSeries, Periods, RatioSeries } from './comparison.ts';
import { sum } from './judge-limits.ts';
import { percent, tellApart } from './judge-text.ts';
import { median } from './statistics/median.ts';

/** A great harm that has just begun is small in the mean of the whole watch: the newest periods are looked at as well. */
export const recentPeriods = 3;

interface Window {
  readonly name: string;
  readonly canary: Counts;
  readonly baseline: Counts;
}

/** What both sides showed, in words, and as the numbers that the words tell. */
export interface Seen {
  readonly text: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The numbers behind a verdict: counts of a ratio, events at a load, medians of levels. */
export function seen(series: MetricSeries): Seen {
  if (series.kind === 'ratio') return seenCounts(series);
  if (series.kind === 'count') return seenAtLoad(series);
  const [canary, baseline] = [medianOf(series.canary, recentPeriods), medianOf(series.baseline, recentPeriods)];
  const [here = '', beside = ''] = tellApart(canary ?? Number.NaN, baseline ?? Number.NaN);
  const text = `${here} against ${beside} of the baseline (medians of the last ${recentPeriods} periods)`;
  return { text, facts: { canary, baseline } };
}

function seenCounts(series: RatioSeries): Seen {
  const [whole, recent] = windowsOf(series);
  const worse = (window: Window) => (series.direction === 'decrease' ? -rise(window) : rise(window));
  const { name, canary, baseline } = worse(recent) > 2 * worse(whole) ? recent : whole;
  const text = `canary ${counted(canary)} against the baseline's ${counted(baseline)} in ${name}`;
  return { text, facts: { canaryCounts: canary, baselineCounts: baseline } };
}

function seenAtLoad({ canary, baseline, exposure }: MetricSeries & { readonly kind: 'count' }): Seen {
  let [events, beside, load, loadBeside] = [0, 0, 0, 0];
  canary.forEach((value, period) => {
    const other = baseline[period] ?? null;
    if (value === null || other === null) return;
    events += value;
    beside += other;
    load += exposure.canary[period] ?? 1;
    loadBeside += exposure.baseline[period] ?? 1;
  });
  const expected = loadBeside === 0 ? null : (beside * load) / loadBeside;
  const [here = '', there = ''] = tellApart(events, expected ?? Number.NaN);
  const text = `canary ${here} against ${there} that the baseline's rate gives at the canary's load`;
  return { text, facts: { canaryEvents: events, expectedEvents: expected } };
}

/** The whole watch and its newest periods, of those in which both sides have a number. */
export function windowsOf({ canary, baseline }: RatioSeries): readonly [Window, Window] {
  const both = canary.map((_, index) => index).filter((index) => canary[index] !== null && baseline[index] !== null);
  const window = (name: string, indexes: readonly number[]): Window => ({
    name,
    canary: sum(indexes.map((index) => canary[index] ?? null)),
    baseline: sum(indexes.map((index) => baseline[index] ?? null)),
  });
  return [window('the whole watch', both), window(`the last ${recentPeriods} periods`, both.slice(-recentPeriods))];
}

/** By how much the canary's ratio is above the baseline's. */
export function rise({ canary, baseline }: Pick<Window, 'canary' | 'baseline'>): number {
  return ratioOf(canary) - ratioOf(baseline);
}

function ratioOf({ events, total }: Counts): number {
  return total === 0 ? 0 : events / total;
}

export function medianOf(values: Periods<number>, length: number): number | null {
  return median(values.slice(-length).filter((value) => value !== null)) ?? null;
}

/** `31 of 70 (44.3 %)`. */
export function counted(counts: Counts): string {
  return `${counts.events} of ${counts.total} (${percent(ratioOf(counts))})`;
}

/**
 * The range of an effect in words: a factor of the baseline, and for a ratio the points that this is at the baseline's
 * own ratio p, by odds: f p / (1 - p + f p) - p.
 */
export function effectText(effect: { readonly lower: number; readonly upper: number }, series: MetricSeries): string {
  const { lower, upper } = effect;
  const [least = '', most = ''] = tellApart(lower, upper);
  const factors = `${least} to ${most} times the baseline`;
  if (series.kind !== 'ratio') return factors;
  const baseline = ratioOf(windowsOf(series)[0].baseline);
  if (baseline === 0 || baseline === 1) return factors;
  const points = (factor: number) => 100 * ((factor * baseline) / (1 - baseline + factor * baseline) - baseline);
  return `${factors} (${signed(points(lower))} to ${signed(points(upper))} points)`;
}

function signed(points: number): string {
  const size = String(Number(Math.abs(points).toPrecision(2)));
  return points < 0 ? `-${size}` : `+${size}`;
}
