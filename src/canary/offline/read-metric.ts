import { z } from 'zod';
import { type MetricSeries, metricKinds } from '../comparison.ts';
import {
  fitting,
  flag,
  inside,
  isJsonObject,
  type JsonObject,
  readFields,
  refuseStrayFields,
  wordOf,
} from './fields.ts';
import { misfit, type Report } from './problem-list.ts';
import {
  checkSeries,
  countRule,
  countsRule,
  type ElementRule,
  exposureRule,
  gaugeRule,
  latencyRule,
} from './read-series.ts';

const mostParts = 100;

const head = z.object({
  name: fitting(
    (value): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= 200,
    'write a name of 1 to 200 characters',
  ),
  kind: wordOf(metricKinds),
  direction: wordOf(['increase', 'decrease', 'either']),
  main: flag.optional(),
  shared: flag.optional(),
});

const seriesFields = ['canary', 'baseline', 'history', 'parts', 'exposure', 'hosts'];
const metricFields = [...Object.keys(head.shape), ...seriesFields];

const rules: Readonly<Record<MetricSeries['kind'], ElementRule>> = {
  ratio: countsRule,
  count: countRule,
  gauge: gaugeRule,
  latency: latencyRule,
};

/** Reads one of a line's metrics. @returns undefined where it does not fit; all that is wrong was reported */
export function readMetric(metric: unknown, path: string, report: Report): MetricSeries | undefined {
  if (!isJsonObject(metric)) {
    report(path, misfit(metric, 'write an object with name, kind, direction, canary and baseline'));
    return undefined;
  }
  let misfits = 0;
  const count: Report = (where, message) => {
    misfits += 1;
    report(where, message);
  };
  refuseStrayFields(metric, metricFields, path, count);
  const fields = readFields(metric, head, path, count);
  const hosts = readHosts(metric.hosts, inside(path, 'hosts'), count);
  const rule = fields === undefined ? undefined : rules[fields.kind];
  const exposure = rule === undefined ? undefined : readAllSeries(metric, rule, path, count);
  if (fields === undefined || exposure === undefined || misfits > 0) return undefined;
  const { canary, baseline, history = [], parts = [] } = metric;
  const { name, kind, direction, main = false, shared = false } = fields;
  const read = { name, kind, direction, main, shared, canary, baseline, history, parts, exposure, hosts };
  return read as MetricSeries; // each series was checked by the rule of its kind
}

/** Checks every series of a metric. @returns the exposure, one number a period */
function readAllSeries(metric: JsonObject, rule: ElementRule, path: string, report: Report) {
  const canary = checkSeries(metric.canary, rule, inside(path, 'canary'), report);
  const baseline = checkSeries(metric.baseline, rule, inside(path, 'baseline'), report);
  if (metric.history !== undefined) checkSeries(metric.history, rule, inside(path, 'history'), report);
  if (metric.parts !== undefined) checkParts(metric.parts, rule, inside(path, 'parts'), report);
  if (canary === null || baseline === null) return undefined;
  if (canary !== baseline) {
    const wayOut = 'write one element a period on both sides, null where there is no number';
    report(inside(path, 'baseline'), `${baseline} periods, the canary has ${canary}; ${wayOut}`);
    return undefined;
  }
  if (canary === 0) {
    report(inside(path, 'canary'), 'is empty; write one element a period, null where there is no number');
    return undefined;
  }
  return readExposure(metric.exposure, canary, inside(path, 'exposure'), report);
}

function checkParts(parts: unknown, rule: ElementRule, path: string, report: Report): void {
  if (!Array.isArray(parts) || parts.length === 1 || parts.length > mostParts) {
    const found = Array.isArray(parts) ? `${parts.length} ${parts.length === 1 ? 'slice' : 'slices'}` : undefined;
    const wayOut = `write an array of 2 to ${mostParts} series, or leave it out`;
    report(path, found === undefined ? misfit(parts, wayOut) : `${found}: ${wayOut}`);
    return;
  }
  const lengths = parts.map((part, at) => checkSeries(part, rule, `${path}[${at}]`, report));
  const [first] = lengths;
  lengths.forEach((length, at) => {
    if (typeof length !== 'number' || typeof first !== 'number' || length === first) return;
    report(`${path}[${at}]`, `${length} periods, ${path}[0] has ${first}; write the same periods for every slice`);
  });
}

/** A number stands for every period; nothing at all for equal loads. */
function readExposure(
  given: unknown,
  periods: number,
  path: string,
  report: Report,
): MetricSeries['exposure'] | undefined {
  if (given === undefined) return { canary: filled(1, periods), baseline: filled(1, periods) };
  if (!isJsonObject(given)) {
    report(path, misfit(given, 'write {"canary": 5, "baseline": 95}, each a number or one a period'));
    return undefined;
  }
  refuseStrayFields(given, ['canary', 'baseline'], path, report);
  const canary = loadOf(given.canary, periods, inside(path, 'canary'), report);
  const baseline = loadOf(given.baseline, periods, inside(path, 'baseline'), report);
  return canary === undefined || baseline === undefined ? undefined : { canary, baseline };
}

function loadOf(given: unknown, periods: number, path: string, report: Report): readonly number[] | undefined {
  if (!Array.isArray(given)) {
    if (exposureRule.fits(given)) return filled(given as number, periods); // the rule lets numbers through only
    exposureRule.explain(given, path, report);
    return undefined;
  }
  const length = checkSeries(given, exposureRule, path, report);
  if (length === periods) return given;
  if (length !== null) report(path, `${length} periods, the canary has ${periods}; write one number a period, or one`);
  return undefined;
}

function filled(value: number, length: number): readonly number[] {
  return new Array<number>(length).fill(value);
}

function isHostCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1; // isSafeInteger() is false for all but numbers
}

const hostCounts = z.object({
  canary: fitting(isHostCount, 'write how many hosts the canary runs on, a whole number from 1'),
  baseline: fitting(isHostCount, 'write how many hosts the baseline runs on, a whole number from 1'),
});

function readHosts(given: unknown, path: string, report: Report): MetricSeries['hosts'] {
  if (given === undefined) return null;
  if (!isJsonObject(given)) {
    report(path, misfit(given, 'write {"canary": 1, "baseline": 19}, or leave it out'));
    return null;
  }
  refuseStrayFields(given, ['canary', 'baseline'], path, report);
  return readFields(given, hostCounts, path, report) ?? null;
}
