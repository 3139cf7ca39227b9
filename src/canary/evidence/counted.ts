import type { CountSeries, Counts, Direction, RatioSeries } from '../comparison.ts';
import { logSum } from '../statistics/log-sum.ts';
import { normalBelow } from '../statistics/normal.ts';
import { calibratedSlack } from './calibration.ts';
import type { Evidence, EvidenceSettings, EvidenceState, MetricWatcher } from './evidence.ts';
import { createFilter, effectVariance, type Filter } from './filter.ts';
import { fitHistory } from './fit-history.ts';
import { addPeriod, greatSafety, noSums } from './great-size.ts';
import { hypothesesOf } from './hypotheses.ts';
import { countLaw, ratioLaw } from './observe-counts.ts';
import { partsWitness } from './parallel-parts.ts';

/** A way for the canary to differ: its factor (of the odds, or of the rate), and how likely that is in advance. */
interface Effect {
  readonly factor: number;
  readonly weight: number;
  /** It is harm; else it is a canary that does better, and must not be taken for harm because it is no equal either. */
  readonly isHarm: boolean;
}

/** Small factors have most of the weight, since only they take long to find. */
const increases: readonly Omit<Effect, 'isHarm'>[] = [
  { factor: 1.2, weight: 0.2 },
  { factor: 1.5, weight: 0.2 },
  { factor: 2, weight: 0.18 },
  { factor: 3.2, weight: 0.12 },
  { factor: 6, weight: 0.1 },
  { factor: 16, weight: 0.07 },
  { factor: 50, weight: 0.07 },
  { factor: 180, weight: 0.06 },
];

/** A branch whose factor the data have drawn to less than 8 % is no harm: hosts and clients differ by as much. */
const leastHarm = Math.log(1.08);

const improvements: readonly Omit<Effect, 'isHarm'>[] = [
  { factor: 1.5, weight: 0.06 },
  { factor: 5, weight: 0.06 },
];

function effectsOf(direction: Direction): readonly Effect[] {
  const upwards = (effects: readonly Omit<Effect, 'isHarm'>[], isHarm: boolean) =>
    effects.map((effect) => ({ ...effect, isHarm }));
  const downwards = (effects: readonly Omit<Effect, 'isHarm'>[], isHarm: boolean) =>
    effects.map(({ factor, weight }) => ({ factor: 1 / factor, weight, isHarm }));
  if (direction === 'increase') return [...upwards(increases, true), ...downwards(improvements, false)];
  if (direction === 'decrease') return [...downwards(increases, true), ...upwards(improvements, false)];
  return [...upwards(increases, true), ...downwards(increases, true)].map((effect) => ({
    ...effect,
    weight: effect.weight / 2,
  }));
}

/** The ways in which a promotion must exclude the policy's size. */
const signsOf = { increase: [1], decrease: [-1], either: [1, -1] } as const satisfies Record<Direction, number[]>;

/**
 * Watches events out of all, or events at a load. Each hypothesis about the noise (what the history allows, weighted)
 * is filtered along several branches: the canary is healthy; it is worse by a factor, from the start or from some
 * later period on; it differs by an unknown factor.
 * Mixture likelihood ratios: Ville 1939, Robbins 1970; filters: West, Harrison and Migon 1985.
 */
export function createCountedWatcher(
  series: RatioSeries | CountSeries,
  settings: EvidenceSettings,
): MetricWatcher<Counts> {
  const law = series.kind === 'ratio' ? ratioLaw : countLaw;
  const effects = effectsOf(series.direction);
  const logFactors = effects.map(({ factor }) => Math.log(factor));
  const logSizes = signsOf[series.direction].map((sign) => sign * Math.log(settings.size));
  let filters: readonly Filter[] | null = null;
  let periods = 0;
  let age = 0;
  const sums = noSums();
  let events = 0;
  const historyPeriods = series.history.filter((counts) => counts !== null).length;
  const begin = (canary: Counts, baseline: Counts): readonly Filter[] => {
    const guess = firstGuess(series, baseline);
    const fits = fitHistory(law, historyCounts(series), guess);
    const hosts = series.hosts === null ? null : series.hosts.baseline / series.hosts.canary;
    const loads = baseline.total / Math.max(1e-9, canary.total);
    const witness = partsWitness(law, partsOf(series), guess);
    const hypotheses = hypothesesOf(fits, hosts, loads, witness);
    return hypotheses.map((one, index) => {
      const full = index < mostFull && one.logWeight > Math.log(leastFull);
      return createFilter(one, law, full ? logFactors : [], settings.plannedPeriods);
    });
  };
  const told = (state: EvidenceState, noiseSlack: number) => {
    const { plannedPeriods } = settings;
    const eventsPerPeriod = events / periods;
    return { periods, state, slack: calibratedSlack({ historyPeriods, plannedPeriods, noiseSlack, eventsPerPeriod }) };
  };
  const safetiesBy = (beliefs: readonly Belief[]) =>
    logSizes.map((size) => Math.max(safetyOf(beliefs, size), greatSafety(sums, size, series.kind === 'ratio')));
  return {
    observe(canary, baseline) {
      age += 1;
      const state = stateOf(canary, baseline, age, settings.warmup);
      if (state === 'judged' && canary !== null && baseline !== null) {
        addPeriod(sums, canary, baseline);
        events += (canary.total * baseline.events) / baseline.total;
        filters ??= begin(canary, baseline);
        periods += 1;
        for (const filter of filters) filter.step(canary, baseline);
        if (periods % periodsBetweenCuts === 0) filters = filters.length < 3 ? filters : withoutHopeless(filters);
      } else for (const filter of filters ?? []) filter.pass();
      return filters === null
        ? { harm: -Infinity, slack: 0, safety: -Infinity, effect: null, periods, state }
        : summarize(filters, effects, { alpha: settings.alpha, safetiesBy }, told(state, noiseSlackOf(filters)));
    },
  };
}

function stateOf(canary: Counts | null, baseline: Counts | null, age: number, warmup: number): EvidenceState {
  if (canary === null && baseline === null) return 'no-data';
  if (canary === null) return 'canary-missing';
  if (baseline === null) return 'baseline-missing';
  if (age <= warmup) return 'warming-up';
  return canary.total <= 0 || baseline.total <= 0 ? 'no-traffic' : 'judged';
}

function summarize(
  filters: readonly Filter[],
  effects: readonly Effect[],
  {
    alpha,
    safetiesBy,
  }: { readonly alpha: number; readonly safetiesBy: (beliefs: readonly Belief[]) => readonly number[] },
  told: Pick<Evidence, 'periods' | 'state' | 'slack'>,
): Evidence {
  const worse: number[] = [];
  const benign = [summed(filters, 0)];
  effects.forEach(({ factor, weight, isHarm }, index) => {
    const way = Math.sign(Math.log(factor));
    const counts = (filter: Filter) => isHarm && filter.logFactorOf(index + 1) * way > leastHarm;
    worse.push(Math.log(weight) + summed(filters, index + 1, counts));
    benign.push(Math.log(weight) + summed(filters, index + 1, (filter) => !counts(filter)));
  });
  const harm = logSum(worse) - logSum(benign);
  const unknown = effects.length + 1;
  const total = summed(filters, unknown);
  const beliefs = filters.map((filter) => ({
    weight: Math.exp(filter.logWeight + (filter.logLikelihoods[unknown] ?? -Infinity) - total),
    ...filter.unknownEffect(),
  }));
  const safety = Math.min(...safetiesBy(beliefs));
  return { harm, safety, effect: intervalOf(beliefs, alpha), ...told };
}

/** What one hypothesis believes of the canary's log factor. */
interface Belief {
  readonly weight: number;
  readonly mean: number;
  readonly variance: number;
}

/**
 * ln(1/p), p: the chance of looking as healthy as this in spite of an effect of `logSize`. The belief began around no
 * effect at all; that part is taken out of it again, or little data would look healthy by themselves.
 */
function safetyOf(beliefs: readonly Belief[], logSize: number): number {
  const way = Math.sign(logSize);
  const below = beliefs.map(({ weight, mean, variance }) => {
    const learned = Math.max(1e-6, 1 - variance / effectVariance);
    const seen = (way * (mean / learned - logSize)) / Math.sqrt(Math.max(1e-12, variance / learned));
    // A period that may be a burst leaves the belief wider than it began: then there is nothing to take out.
    const believed = (way * (mean - logSize)) / Math.sqrt(Math.max(1e-12, variance));
    return weight * normalBelow(Math.max(seen, believed));
  });
  // The weights may sum to a little more than one.
  const unsafe = Math.min(1, Math.max(1e-300, sumOf(below)));
  return -Math.log(unsafe);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0);
}

/**
 * ln of the likelihood of a branch, over all hypotheses.
 * @param counts which hypotheses are asked
 */
function summed(filters: readonly Filter[], branch: number, counts = (_: Filter) => true): number {
  let most = -Infinity;
  let sum = 0;
  for (const filter of filters) {
    const one = filter.logWeight + (filter.logLikelihoods[branch] ?? -Infinity);
    if (one === -Infinity || !counts(filter)) continue;
    if (one > most) {
      sum = sum * Math.exp(most - one) + 1;
      most = one;
    } else sum += Math.exp(one - most);
  }
  return sum === 0 ? -Infinity : most + Math.log(sum);
}

/**
 * The normal mixture's confidence sequence (Robbins 1970; Howard and others 2021, section 3.2) from the belief about
 * the log factor, averaged over the hypotheses: mean +- sd sqrt(2 ln(1/alpha) + ln(prior variance / variance)).
 */
function intervalOf(beliefs: readonly Belief[], alpha: number): Evidence['effect'] {
  const mean = beliefs.reduce((sum, one) => sum + one.weight * one.mean, 0);
  const square = beliefs.reduce((sum, one) => sum + one.weight * (one.variance + one.mean ** 2), 0);
  const variance = Math.max(1e-12, square - mean ** 2);
  const reach = Math.sqrt(variance * (2 * Math.log(1 / alpha) + Math.max(0, Math.log(effectVariance / variance))));
  return { lower: Math.exp(mean - reach), upper: Math.exp(mean + reach) };
}

/** The past carried the load that the baseline has at the canary's begin, as far as anybody knows. */
function historyCounts(series: RatioSeries | CountSeries): readonly (Counts | null)[] {
  if (series.kind === 'ratio') return series.history;
  return atLoad(series.history, series.exposure.baseline[0] ?? 1);
}

function partsOf(series: RatioSeries | CountSeries): readonly (readonly (Counts | null)[])[] {
  if (series.kind === 'ratio') return series.parts;
  const load = (series.exposure.baseline[0] ?? 1) / Math.max(1, series.parts.length);
  return series.parts.map((part) => atLoad(part, load));
}

function atLoad(events: readonly (number | null)[], total: number): readonly (Counts | null)[] {
  return events.map((one) => (one === null ? null : { events: one, total }));
}

/** The pooled log odds (ratio) or log rate (count) of the past, or of the baseline's first period. */
function firstGuess(series: RatioSeries | CountSeries, first: Counts): number {
  let events = 0.5;
  let total = 0;
  for (const counts of historyCounts(series)) {
    events += counts?.events ?? 0;
    total += counts?.total ?? 0;
  }
  if (total <= 0) {
    events += first.events;
    total = first.total;
  }
  if (series.kind === 'count') return Math.log(events / total);
  const ratio = Math.min(0.98, events / (total + 1));
  return Math.log(ratio / (1 - ratio));
}

/**
 * Unlikely hypotheses are followed along the healthy branch only: they can still explain what looks like harm, which
 * the evidence must allow for, and are no ground to believe in harm.
 */
const mostFull = 5;
const leastFull = 0.02;

/** So often are hypotheses looked through, and those dropped that explain nothing, neither health nor harm. */
const periodsBetweenCuts = 4;
const leastShare = 1e-4;

function withoutHopeless(filters: readonly Filter[]): readonly Filter[] {
  const branches = filters[0]?.logLikelihoods.length ?? 0;
  const totals = Array.from({ length: branches }, (_, branch) => summed(filters, branch) + Math.log(leastShare));
  return filters.filter(({ logWeight, logLikelihoods }) =>
    totals.some((least, branch) => logWeight + (logLikelihoods[branch] ?? -Infinity) > least),
  );
}

/** The hypotheses' slacks, by how likely they are if the canary is healthy. */
function noiseSlackOf(filters: readonly Filter[]): number {
  const healthy = summed(filters, 0);
  const weightOf = ({ logWeight, logLikelihoods }: Filter) => Math.exp(logWeight + (logLikelihoods[0] ?? 0) - healthy);
  return filters.reduce((sum, filter) => sum + weightOf(filter) * filter.slack, 0);
}
