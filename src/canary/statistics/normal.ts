/**
 * The standard normal distribution function, by the series of its density's odd moments near 0 and the continued
 * fraction of Mills' ratio beyond (Abramowitz and Stegun 26.2.11, 26.2.14); absolute error below 1e-12.
 */
export function normalBelow(x: number): number {
  const size = Math.abs(x);
  if (size > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  const upper = size < 3 ? 0.5 - density * seriesFrom(size) : density / fractionFrom(size);
  return x > 0 ? 1 - upper : upper;
}

function seriesFrom(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; odd < 120 && term > 1e-17 * sum; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum;
}

function fractionFrom(x: number): number {
  let value = x;
  for (let n = 60; n >= 1; n -= 1) value = x + n / value;
  return value;
}
