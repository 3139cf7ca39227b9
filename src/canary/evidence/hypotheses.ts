import type { FittedNoise } from './fit-history.ts';
import type { Noise } from './noise.ts';
import { burstChance, burstGoesOn, jumpChance, noShocks, type ShockCounts } from './shock-rates.ts';
import { baselineDrift, canaryDrift, cellOf, level, offset, sharedDrift, stateSize } from './state.ts';

/** A fitted noise, and what of it the two sides share: ready to be filtered through the canary's periods. */
export interface Hypothesis {
  readonly noise: Noise;
  readonly logWeight: number;
  readonly variances: { readonly shared: number; readonly baseline: number; readonly canary: number };
  /** Variance of what a period adds on its own. */
  readonly jitter: { readonly baseline: number; readonly canary: number };
  readonly state: Float64Array;
  /** Bursts of one side alone, and jumps of the drift that both share. */
  readonly shocks: { readonly burst: ShockChance; readonly jump: ShockChance };
}

/** How likely it is that a period is shaken, after a calm one and after a shaken one. */
export interface ShockChance {
  readonly begins: number;
  readonly goesOn: number;
}

/** Whose the drift is: its shared part, and how much noisier than the baseline the canary is on its own. */
export interface Ownership {
  readonly shared: number;
  readonly canaryNoise: number;
  readonly prior: number;
}

/** The canary may differ from the baseline for ever without being worse: other hosts, other clients. */
const offsetVariance = 0.02 ** 2;

/**
 * Two sides are never alike to the last per cent, however many requests say so: without this the largest services would
 * be judged by what no model of noise is good enough for.
 */
const leastJitter = 0.03 ** 2;

/** A canary on few hosts, or of few requests, may be noisier than a baseline of many by this much at most. */
const mostCanaryNoise = 50;

/**
 * Divides every fitted noise into hypotheses about what the sides share.
 * @param hostRatio the baseline's hosts for each host of the canary, where they are known
 * @param loadRatio the baseline's load for each unit of the canary's, in their stead
 * @param partsSay ln of how likely the past's parallel slices are under a fitted noise so owned; null without slices
 */
export function hypothesesOf(
  fits: readonly FittedNoise[],
  hostRatio: number | null,
  loadRatio: number,
  partsSay: ((fit: FittedNoise, ownership: Ownership) => number) | null = null,
): readonly Hypothesis[] {
  const isBlind = fits.every(({ shocks }) => shocks.periods < leastPast);
  const owned = ownerships(hostRatio, loadRatio, isBlind);
  const whole = fits.flatMap((fit) =>
    owned.map((ownership) => ({ fit, ownership, hypothesis: divide(fit, ownership) })),
  );
  if (partsSay === null) return likely(whole.map(({ hypothesis }) => hypothesis));
  const leading = new Set(likely(whole.map(({ hypothesis }) => hypothesis)).map(({ noise }) => noise));
  const told = fits.filter(({ noise }) => leading.has(noise));
  return likely(told.flatMap((fit) => weighedByParts(fit, owned, (ownership) => partsSay(fit, ownership))));
}

/** The slices say whose the drift is; how much of it there is the whole past has said already. */
function weighedByParts(
  fit: FittedNoise,
  owned: readonly Ownership[],
  partsSay: (ownership: Ownership) => number,
): readonly Hypothesis[] {
  const said = owned.map((ownership) => Math.log(ownership.prior) + partsSay(ownership));
  const most = Math.max(...said);
  const sum = said.reduce((total, one) => total + Math.exp(one - most), 0);
  return owned.map((ownership, index) =>
    divide(fit, { ...ownership, prior: Math.max(leastPrior, Math.exp((said[index] ?? most) - most) / sum) }),
  );
}

/** However clear the past is, the canary may be another case. */
const leastPrior = 0.01;

/** Periods of the past that it takes to know better than to fear the worst. */
const leastPast = 20;

/** Known hosts make noise of their own likelier, and so does knowing nothing of the past: then it is the safe belief. */
function ownerships(hostRatio: number | null, loadRatio: number, isBlind: boolean): readonly Ownership[] {
  const scale = Math.min(mostCanaryNoise, Math.max(1, hostRatio ?? loadRatio));
  const together = isBlind ? 0.3 : hostRatio === null ? 0.7 : 0.5;
  const shared = { shared: 1, canaryNoise: 1, prior: together };
  const own = { shared: 0, canaryNoise: scale, prior: 1 - together };
  if (hostRatio !== null || scale < 1.5) return [shared, own];
  return [shared, { ...own, canaryNoise: 1, prior: 0.8 * own.prior }, { ...own, prior: 0.2 * own.prior }];
}

/** Where drift is shared, so was what shook the baseline in the past; where it is not, it was the baseline's own. */
function shocksOf(past: ShockCounts, shared: number): Hypothesis['shocks'] {
  const calm = { begins: burstChance(noShocks()), goesOn: burstGoesOn(noShocks()) };
  const shaken = { begins: burstChance(past) + jumpChance(past), goesOn: burstGoesOn(past) };
  return shared > 0 ? { burst: calm, jump: shaken } : { burst: shaken, jump: calm };
}

/** Given the whole drift, its shared part and the baseline's own follow by their variances (Gaussian conditioning). */
export function divide(
  { noise, logWeight, state, shocks }: FittedNoise,
  { shared, canaryNoise, prior }: Ownership,
): Hypothesis {
  const variance = noise.drift ** 2;
  const own = 1 - shared;
  const whole = cellOf(sharedDrift, sharedDrift);
  const withLevel = cellOf(level, sharedDrift);
  const at = (index: number) => state[index] ?? 0;
  const divided = new Float64Array(stateSize);
  divided[level] = at(level);
  divided[sharedDrift] = shared * at(sharedDrift);
  divided[baselineDrift] = own * at(sharedDrift);
  divided[cellOf(level, level)] = at(cellOf(level, level));
  divided[cellOf(level, sharedDrift)] = shared * at(withLevel);
  divided[cellOf(level, baselineDrift)] = own * at(withLevel);
  divided[whole] = shared ** 2 * at(whole) + shared * own * variance;
  divided[cellOf(baselineDrift, baselineDrift)] = own ** 2 * at(whole) + shared * own * variance;
  divided[cellOf(sharedDrift, baselineDrift)] = shared * own * (at(whole) - variance);
  divided[cellOf(canaryDrift, canaryDrift)] = canaryNoise * own * variance;
  divided[cellOf(offset, offset)] = offsetVariance;
  const jitter = noise.jitter ** 2;
  return {
    noise,
    logWeight: logWeight + Math.log(prior),
    variances: { shared: shared * variance, baseline: own * variance, canary: canaryNoise * own * variance },
    jitter: { baseline: leastJitter + jitter, canary: leastJitter + jitter * (own > 0 ? canaryNoise : 1) },
    state: divided,
    shocks: shocksOf(shocks, shared),
  };
}

const mostHypotheses = 28;
const leastShare = 0.001;

/** The likeliest ones, heaviest first. */
function likely(all: readonly Hypothesis[]): readonly Hypothesis[] {
  const sorted = [...all].sort((a, b) => b.logWeight - a.logWeight);
  const best = sorted[0]?.logWeight ?? 0;
  const total = sorted.reduce((sum, { logWeight }) => sum + Math.exp(logWeight - best), 0);
  return sorted
    .filter(({ logWeight }, index) => index < mostHypotheses && Math.exp(logWeight - best) / total > leastShare)
    .map((one) => ({ ...one, logWeight: one.logWeight - best - Math.log(total) }));
}
