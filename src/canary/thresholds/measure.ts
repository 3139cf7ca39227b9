import type { PeriodValues } from '../period-values.ts';
import { type Reading, readAs } from '../reading.ts';
import { mean } from '../statistics/mean-ratio.ts';
import type { Measured } from './condition-parts.ts';

interface Window {
  readonly metric: string;
  readonly as: Reading;
  /** Periods that a measurement takes in. */
  readonly window: number;
  /** Periods that make one of its points. */
  readonly step: number;
}

/** The canary's values of the periods that end with the one at `index`, point by point, newest first. */
export function measure(
  { metric, as, window, step }: Window,
  values: readonly PeriodValues[],
  index: number,
): Measured {
  const series = values.find(({ name }) => name === metric)?.canary ?? [];
  const points: number[] = [];
  for (let end = index + 1; end > Math.max(0, index + 1 - window); end -= step) {
    const from = Math.max(0, index + 1 - window, end - step);
    const found = series.slice(from, end).flatMap((value) => (value === null || Number.isNaN(value) ? [] : [value]));
    if (found.length > 0) points.push(readAs(as, mean(found)));
  }
  return { values: points, value: points.length === 0 ? null : mean(points) };
}

/** How many periods have been seen. */
export function periodsSeen(values: readonly PeriodValues[]): number {
  return Math.max(0, ...values.map(({ canary }) => canary.length));
}
