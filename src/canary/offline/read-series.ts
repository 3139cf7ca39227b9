import { type JsonObject, refuseStrayFields } from './fields.ts';
import { misfit, type Report, shown } from './problem-list.ts';

// Lines hold hundreds of thousands of elements: these loops allocate nothing for those that fit.

/** The most elements of one series: 69 days of minutes. */
export const mostPeriods = 100_000;

/** Beyond it a square is no number any more. */
const largestMeasure = 1e100;

/** What an element of a series must be. */
export interface ElementRule {
  fits(element: unknown): boolean;
  /** Says what is wrong with an element that does not fit. */
  explain(element: unknown, path: string, report: Report): void;
}

/** More than anybody counts in a period; sums and products of it are still exact enough. */
const largestCount = 1e12;

/** A whole number from 0. */
function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestCount;
}

function fitsCounts(element: unknown): boolean {
  if (element === null) return true;
  if (typeof element !== 'object') return false;
  const { events, total } = element as JsonObject; // an array has neither field
  if (!isCount(events) || !isCount(total) || events > total) return false;
  let fields = 0;
  for (const _ in element) fields += 1;
  return fields === 2;
}

const countsExample = 'write {"events": 3, "total": 700}, or null where there is no number';

/** Events out of all, or null. */
export const countsRule: ElementRule = {
  fits: fitsCounts,
  explain(element, path, report) {
    if (typeof element !== 'object' || element === null || Array.isArray(element)) {
      report(path, `${shown(element)}: ${countsExample}`);
      return;
    }
    const counts = element as JsonObject; // no array, as was just seen
    refuseStrayFields(counts, ['events', 'total'], path, report);
    for (const field of ['events', 'total']) {
      const value = counts[field];
      if (!isCount(value)) {
        report(
          `${path}.${field}`,
          misfit(value, `counts are whole numbers from 0 to ${largestCount}; write 0 or more, or null for both`),
        );
      }
    }
    const { events, total } = counts;
    if (isCount(events) && isCount(total) && events > total) {
      report(`${path}.events`, `${events}: more than the total of ${total}; write ${total} at most`);
    }
  },
};

function measureRule(fits: (value: number) => boolean, wayOut: string): ElementRule {
  return {
    fits: (element) => element === null || (typeof element === 'number' && fits(element)),
    explain: (element, path, report) => report(path, misfit(element, wayOut)),
  };
}

/** How many, or null. */
export const countRule = measureRule(
  isCount,
  `a count is a whole number from 0 to ${largestCount}; write 0 or more, or null where there is no number`,
);

/** Any level, or null. */
export const gaugeRule = measureRule(
  (value) => Math.abs(value) <= largestMeasure,
  `write a number from -${largestMeasure} to ${largestMeasure}, or null where there is none`,
);

/** A time in any unit, or null. */
export const latencyRule = measureRule(
  (value) => value >= 0 && value <= largestMeasure,
  `a time is a number from 0; write 0 to ${largestMeasure}, or null where there is none`,
);

/** A side's load. Null would leave open how much there was. */
export const exposureRule: ElementRule = {
  fits: (element) => typeof element === 'number' && element >= 0 && element <= largestMeasure,
  explain: (element, path, report) =>
    report(path, misfit(element, `a load is a number from 0 to ${largestMeasure}; write the side's weight or tasks`)),
};

/**
 * Checks a series, element by element.
 * @returns its length; null where it is no series
 */
export function checkSeries(series: unknown, rule: ElementRule, path: string, report: Report): number | null {
  if (!Array.isArray(series)) {
    report(path, misfit(series, 'write an array with one element a period'));
    return null;
  }
  if (series.length > mostPeriods) {
    report(path, `${series.length} periods: ${mostPeriods} at most; write longer periods or fewer`);
    return null;
  }
  for (let at = 0; at < series.length; at += 1) {
    const element: unknown = series[at];
    if (!rule.fits(element)) rule.explain(element, `${path}[${at}]`, report);
  }
  return series.length;
}
