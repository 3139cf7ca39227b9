const known = new Map<string, readonly number[]>();

/**
 * How many of the C(n + m, n) orders of n and m different values have a Mann-Whitney U of at most 0, 1, ..., nm. The
 * number with exactly u is the coefficient of q^u in the Gaussian binomial, the product over i = 1..n of
 * (1 - q^(m+i)) / (1 - q^i) (Andrews 1976, The Theory of Partitions, 3.2).
 * Exact while C(n + m, n) is below 2^53: for n + m up to 56.
 */
export function atMostCounts(n: number, m: number): readonly number[] {
  const key = `${Math.min(n, m)} ${Math.max(n, m)}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const pairs = n * m;
  const counts = new Float64Array(pairs + 1);
  counts[0] = 1;
  for (let i = 1; i <= n; i += 1) {
    for (let u = pairs; u >= m + i; u -= 1) counts[u] = (counts[u] ?? 0) - (counts[u - m - i] ?? 0);
    for (let u = i; u <= pairs; u += 1) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0);
  }
  for (let u = 1; u <= pairs; u += 1) counts[u] = (counts[u] ?? 0) + (counts[u - 1] ?? 0);
  const result = Array.from(counts);
  known.set(key, result); // at most a few hundred sizes: both samples together have 56 values at most
  return result;
}
