/**
 * The value below which a `probability` of the values lies, linear between the two nearest order statistics: type 7 of
 * Hyndman and Fan (1996), the default of R and NumPy.
 * @returns undefined for no values
 */
export function quantile(values: readonly number[], probability: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, probability));
  const [lower, upper] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (lower === undefined || upper === undefined) return undefined;
  return lower + (upper - lower) * (position - Math.floor(position));
}
