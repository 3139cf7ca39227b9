import { logFactorial } from '../statistics/log-factorial.ts';

/** A source of numbers in [0, 1), as Math.random is one; the same seed gives the same numbers. */
export type Random = () => number;

/**
 * A stream of numbers in [0, 1) of its own for every name and run: sfc32 (C. Doty-Humphrey, PractRand; public domain),
 * whose 128 bits of state keep a hundred million runs from meeting each other. The seed is a hash of the name (FNV-1a).
 */
export function streamOf(name: string, run: number): Random {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  return sfc32(hash | 0, run | 0, Math.imul(hash ^ run, 0x9e3779b1));
}

function sfc32(first: number, second: number, third: number): Random {
  let a = first;
  let b = second;
  let c = third;
  let counter = 1;
  const next = () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    c |= 0;
    return (mixed >>> 0) / 4_294_967_296;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return next;
}

/** Exact Poisson draw: by inversion below 10, by transformed rejection above (W. Hörmann 1993, algorithm PTRS). */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean < 10) return poissonByInversion(random, mean);
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const accept = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * logMean - mean - logFactorial(k)) return k;
  }
}

function poissonByInversion(random: Random, mean: number): number {
  let term = Math.exp(-mean);
  let left = random();
  let count = 0;
  while (left > term && count < 200) {
    left -= term;
    count += 1;
    term *= mean / count;
  }
  return count;
}

/** Exact binomial draw: by inversion where n p < 10, by transformed rejection above (W. Hörmann 1993, BTRS). */
export function binomial(random: Random, trials: number, probability: number): number {
  if (probability <= 0 || trials <= 0) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - binomial(random, trials, 1 - probability);
  if (trials * probability < 10) return binomialByInversion(random, trials, probability);
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const centre = trials * probability + 0.5;
  const accept = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(probability / (1 - probability));
  const mode = Math.floor((trials + 1) * probability);
  const peak = logFactorial(mode) + logFactorial(trials - mode);
  for (;;) {
    const u = random() - 0.5;
    const v = random();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= accept) return k;
    if (k < 0 || k > trials) continue;
    const bound = peak - logFactorial(k) - logFactorial(trials - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

function binomialByInversion(random: Random, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let term = Math.exp(trials * Math.log1p(-probability));
  let left = random();
  let count = 0;
  while (left > term && count < trials) {
    left -= term;
    count += 1;
    term *= ((trials - count + 1) / count) * odds;
  }
  return count;
}
