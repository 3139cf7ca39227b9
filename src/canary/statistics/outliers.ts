import { quantile } from './quantile.ts';

/**
 * The values between Tukey's fences (1977, Exploratory Data Analysis): no further than `factor` interquartile ranges
 * outside the quartiles. The fences are never inside the 1st and the 99th percentile, as in Kayenta's judge: so some
 * values are left even where half of them are the same (an interquartile range of 0).
 */
export function withoutOutliers(values: readonly number[], factor: number): readonly number[] {
  const at = (probability: number) => quantile(values, probability) ?? Number.NaN;
  const [first, third] = [at(0.25), at(0.75)];
  const reach = factor * (third - first);
  const lower = Math.min(at(0.01), first - reach);
  const upper = Math.max(at(0.99), third + reach);
  return values.filter((value) => value >= lower && value <= upper);
}
