/** ln of the gamma function for x > 0: Stirling's series beyond 8, the recurrence below (Abramowitz, Stegun 6.1.41). */
export function logGamma(x: number): number {
  let shifted = x;
  let product = 1;
  while (shifted < 8) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / (shifted * shifted);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / shifted;
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
