/** ln(e^a + e^b + …), the greatest taken out first so that nothing overflows; -Infinity of nothing. */
export function logSum(logs: readonly number[]): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const one of logs) if (one > most) most = one;
  if (most === Number.NEGATIVE_INFINITY) return most;
  let sum = 0;
  for (const one of logs) sum += Math.exp(one - most);
  return most + Math.log(sum);
}
