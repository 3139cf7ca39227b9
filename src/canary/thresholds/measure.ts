import type { PeriodValues } from '../period-values.ts';
import { type Reading, readAs } from '../reading.ts';
import { mean } from '../statistics/mean-ratio.ts';
import type { Measured } from './condition-parts.ts';

/** The canary's values of the `window` periods that end with the one at `index`, newest first. */
export function measure(
  { metric, as, window }: { readonly metric: string; readonly as: Reading; readonly window: number },
  values: readonly PeriodValues[],
  index: number,
): Measured {
  const series = values.find(({ name }) => name === metric)?.canary ?? [];
  const found = series
    .slice(Math.max(0, index + 1 - window), index + 1)
    .flatMap((value) => (value === null || Number.isNaN(value) ? [] : [readAs(as, value)]))
    .toReversed();
  return { values: found, value: found.length === 0 ? null : mean(found) };
}

/** How many periods have been seen. */
export function periodsSeen(values: readonly PeriodValues[]): number {
  return Math.max(0, ...values.map(({ canary }) => canary.length));
}
