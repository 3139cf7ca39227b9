const directFactors = 12;
const stirlingFrom = 10;

/** Below it the plain logarithm of 1 + x loses digits; above it log1p costs three times as much for nothing. */
const smallGrowth = 1e-3;

/** From here on the logarithm's last digit, times the start, shows. */
const largeStart = 1e6;

/**
 * ln Γ(x + k) - ln Γ(x) for x > 0 and a whole k >= 0: the logarithm of the rising factorial x (x + 1) … (x + k - 1).
 * A product for few factors, Stirling's series beyond (Abramowitz and Stegun 6.1.41; absolute error below 1e-8 from
 * x = 10 on), arranged so that large x lose no digits to each other.
 */
export function logRising(x: number, k: number): number {
  if (k <= directFactors) {
    if (k === 0) return 0;
    let product = 1;
    for (let i = 0; i < k; i += 1) product *= x + i;
    return Math.log(product);
  }
  let start = x;
  let product = 1;
  for (; start < stirlingFrom; start += 1) product *= start;
  const end = x + k;
  const steps = end - start;
  const overStart = 1 / start;
  const overEnd = 1 / end;
  const tail = (overEnd - overStart) / 12 - (overEnd * overEnd * overEnd - overStart * overStart * overStart) / 360;
  const head = product === 1 ? 0 : Math.log(product);
  const isDelicate = steps * overStart < smallGrowth || start > largeStart;
  const growth = isDelicate ? Math.log1p(steps * overStart) : Math.log(end * overStart);
  return head + (start - 0.5) * growth + steps * (Math.log(end) - 1) + tail;
}
