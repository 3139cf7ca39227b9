/** The arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The canary's mean over the baseline's; null where either is 0 or has no values: then there is no such ratio. */
export function meanRatio(canary: readonly number[], baseline: readonly number[]): number | null {
  const [above, below] = [mean(canary), mean(baseline)];
  return Number.isNaN(above) || Number.isNaN(below) || above === 0 || below === 0 ? null : above / below;
}
