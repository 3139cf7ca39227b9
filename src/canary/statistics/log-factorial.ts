const table: number[] = [0, 0];

/**
 * ln(n!) for a whole number n >= 0. Exact sums up to 1,000, Stirling's series beyond (relative error below 1e-15
 * there: Abramowitz and Stegun 6.1.41).
 */
export function logFactorial(n: number): number {
  if (n <= 1000) {
    for (let i = table.length; i <= n; i += 1) table.push((table[i - 1] ?? 0) + Math.log(i));
    return table[n] ?? 0;
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}

/** ln of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
