/** What is known of a canary before it begins, or at its first look. */
export interface Prospect {
  /** Requests of both sides together. */
  readonly requestsPerPeriod: number;
  /** Failing requests out of all, of a healthy version. */
  readonly errorRatio: number;
  /** The canary's part of the requests, in (0, 1). */
  readonly share: number;
  readonly periods: number;
  /** Periods of the baseline before the canary began. */
  readonly historyPeriods: number;
  /** The metric's own part of the error budget. */
  readonly alpha: number;
  /**
   * Variance of the errors a period over what counting alone would give: 1 for independent requests.
   */
  readonly dispersion: number;
}

/** The chance with which a regression is to be found. */
export const wantedPower = 0.95;
/** The standard normal's quantile of it. */
const wantedQuantile = 1.645;

/**
 * What the judge pays, in nats, for not knowing the factor nor the noise: the constant that makes this formula agree
 * with simulated canaries within a quarter of the factor (test/canary/power/approximate.test.ts holds it there).
 */
const ignoranceCost = 1.6;

/**
 * The smallest regression that is found with 95 %, as a factor of the error ratio: cheap, where a simulation takes
 * seconds. The log likelihood ratio of two binomials that differ, D, has a signed root that is normal with mean
 * sqrt(2 D) and variance 1 (Barndorff-Nielsen 1986); it crosses a threshold h with 95 % where
 * sqrt(2 D) = sqrt(2 h) + 1.645.
 * @returns null where not even a canary that fails all requests would be found
 */
export function detectableFactor(prospect: Prospect): number | null {
  const most = 1 / prospect.errorRatio;
  if (!(prospect.errorRatio > 0) || !isFound(prospect, most)) return null;
  let low = 0;
  let high = Math.log(most);
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (isFound(prospect, Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}

/** The periods after which a regression of this factor is found with 95 %; null where a million are too few. */
export function periodsToFind(prospect: Prospect, factor: number): number | null {
  return smallest(1, 1e6, (periods) => isFound({ ...prospect, periods: Math.ceil(periods) }, factor), Math.ceil);
}

/** The share, up to a half, with which a regression of this factor is found with 95 %; null where a half is too little. */
export function shareToFind(prospect: Prospect, factor: number): number | null {
  return smallest(
    1e-4,
    0.5,
    (share) => isFound({ ...prospect, share }, factor),
    (share) => share,
  );
}

function smallest(
  from: number,
  to: number,
  fits: (value: number) => boolean,
  rounded: (value: number) => number,
): number | null {
  if (!fits(to)) return null;
  let low = Math.log(from);
  let high = Math.log(to);
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (fits(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return rounded(Math.exp(high));
}

function isFound(prospect: Prospect, factor: number): boolean {
  const threshold = Math.log(1 / prospect.alpha) + ignoranceCost;
  return Math.sqrt(2 * divergence(prospect, factor)) >= Math.sqrt(2 * threshold) + wantedQuantile;
}

/** The expected log likelihood ratio, in nats, of two ratios against their common one. */
function divergence(prospect: Prospect, factor: number): number {
  const { requestsPerPeriod, errorRatio, share, periods, historyPeriods, dispersion } = prospect;
  const canary = requestsPerPeriod * share * periods;
  const baseline = requestsPerPeriod * ((1 - share) * periods + historyPeriods);
  const ill = Math.min(1, errorRatio * factor);
  const common = (canary * ill + baseline * errorRatio) / (canary + baseline);
  const nats = canary * kullbackLeibler(ill, common) + baseline * kullbackLeibler(errorRatio, common);
  return nats / Math.max(1, dispersion);
}

/** Of two Bernoulli distributions, in nats (Kullback and Leibler 1951). */
function kullbackLeibler(p: number, q: number): number {
  const term = (a: number, b: number) => (a <= 0 ? 0 : a * Math.log(a / b));
  return term(p, q) + term(1 - p, 1 - q);
}
