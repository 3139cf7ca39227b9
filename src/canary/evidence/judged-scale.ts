import type { GaugeSeries, LatencySeries } from '../comparison.ts';
import { median } from '../statistics/median.ts';

/** Turns a metric's values into those that are judged: a factor becomes a shift. */
export type JudgedScale = (value: number) => number;

/** Beyond a factor of e^60 nothing is told apart; what lies further out, or overflows, lies there. */
const farthest = 60;

function within(judged: number): number {
  return Math.max(-farthest, Math.min(farthest, judged));
}

/** Sums and differences of a history's values stay finite below this. */
const mostValue = 1e300;

function finite(value: number): number {
  return Math.max(-mostValue, Math.min(mostValue, value));
}

/** A median absolute deviation times this is a normal distribution's standard deviation. */
export const madToDeviation = 1.4826;

/**
 * Latencies are judged by their logarithm, gauges by asinh(value / 2c), c their robust spread: the logarithm of what is
 * far from zero, linear near it, and defined below it (Johnson 1949; Burbidge, Magee, Robb 1988). A factor f is a shift
 * of ln f, near zero one of about 2c sinh(ln f). Both are centred on the past.
 * @param past values of the healthy version; may be empty, then the scale is set by `first`
 */
export function judgedScale(
  series: Pick<LatencySeries | GaugeSeries, 'kind'>,
  past: readonly number[],
  first: number,
): JudgedScale {
  const known = (past.length > 0 ? past : [first]).map(finite);
  const middle = median(known) ?? finite(first);
  if (series.kind === 'latency') {
    // A latency of zero is one below what the clock resolves.
    const least = Math.max(Number.MIN_VALUE * 1e16, Math.abs(middle) * 1e-3);
    const centre = Math.log(Math.max(least, middle));
    return (value) => within(Math.log(Math.max(least, finite(value))) - centre);
  }
  const twice = 2 * spreadOf(known, middle);
  const centre = Math.asinh(middle / twice);
  return (value) => within(Math.asinh(finite(value) / twice) - centre);
}

/** The values' robust spread; a part of their size where they hardly move, and one where they are all zero. */
function spreadOf(values: readonly number[], middle: number): number {
  const deviations = values.map((value) => Math.abs(value - middle));
  const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  const spread = madToDeviation * (median(deviations) ?? 0) || mean || Math.abs(middle) / 100;
  return Number.isFinite(spread) && spread > 0 ? spread : 1;
}
