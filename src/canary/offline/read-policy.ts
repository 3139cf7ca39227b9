import { z } from 'zod';
import { type ComparisonPolicy, defaultPromoteSizes, type PromoteSizes } from '../comparison.ts';
import { fitting, isJsonObject, numberThat, readFields, refuseStrayFields } from './fields.ts';
import { misfit, type Report } from './problem-list.ts';
import { mostPeriods } from './read-series.ts';

const defaultAlpha = 0.01;

const size = fitting(
  numberThat((value) => value > 1 && value <= 1e6),
  'write a factor above 1, such as 2 for doubled, or leave it out',
);

const sizes = z.object({
  ratio: size.optional(),
  count: size.optional(),
  gauge: size.optional(),
  latency: size.optional(),
});

const policy = z.object({
  alpha: fitting(
    numberThat((value) => value > 0 && value < 0.5),
    'write a number above 0 and below 0.5, such as 0.01',
  ).optional(),
  warmup: fitting(
    numberThat((value) => Number.isInteger(value) && value >= 0 && value <= mostPeriods),
    `write how many periods are not judged, a whole number from 0 to ${mostPeriods}`,
  ).optional(),
  promote: z.unknown(),
  periods: fitting(
    numberThat((value) => Number.isInteger(value) && value >= 1 && value <= mostPeriods),
    `write how many periods the canary is planned to run, a whole number from 1 to ${mostPeriods}`,
  ).optional(),
});

/**
 * Reads a line's `policy`; what it leaves out has the judge's defaults.
 * @param periods how many the canary has
 */
export function readPolicy(given: unknown, periods: number, report: Report): ComparisonPolicy | undefined {
  const object = given === undefined ? {} : given;
  if (!isJsonObject(object)) {
    report('policy', misfit(given, 'write {"alpha": 0.01}, or leave it out'));
    return undefined;
  }
  refuseStrayFields(object, Object.keys(policy.shape), 'policy', report);
  const read = readFields(object, policy, 'policy', report);
  const promote = readPromote(object.promote, report);
  if (read === undefined || promote === undefined) return undefined;
  const { alpha = defaultAlpha, warmup = null, periods: plannedPeriods = periods } = read;
  if (plannedPeriods < periods) {
    report('policy.periods', `${plannedPeriods}: the series have ${periods} already; write ${periods} or more`);
    return undefined;
  }
  return { alpha, warmup, promote, plannedPeriods };
}

/** One factor for every kind of metric, or one a kind. */
function readPromote(given: unknown, report: Report): PromoteSizes | undefined {
  if (given === undefined) return defaultPromoteSizes;
  const path = 'policy.promote';
  if (isJsonObject(given)) {
    refuseStrayFields(given, Object.keys(sizes.shape), path, report);
    const read = readFields(given, sizes, path, report);
    if (read === undefined) return undefined;
    const { ratio, count, gauge, latency } = { ...defaultPromoteSizes, ...defined(read) };
    return { ratio, count, gauge, latency };
  }
  const one = size.safeParse(given);
  if (one.success) return { ratio: one.data, count: one.data, gauge: one.data, latency: one.data };
  report(path, misfit(given, 'write a factor above 1, or {"ratio": 2, "latency": 1.5}'));
  return undefined;
}

/** Without the fields that are not there: they must not hide a default. */
function defined(read: z.output<typeof sizes>): Partial<PromoteSizes> {
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}
