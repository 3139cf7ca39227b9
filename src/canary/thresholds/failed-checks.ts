import type { Reason } from '../../reason.ts';
import { tellApart } from '../judge-text.ts';
import type { PeriodValues } from '../period-values.ts';
import { measure, periodsSeen } from './measure.ts';
import type { RangeSettings } from './settings.ts';
import type { ThresholdVerdict } from './verdict.ts';

type Range = RangeSettings['ranges'][number];

interface Check {
  /** The period at whose end it was made, from 0. */
  readonly period: number;
  readonly metrics: readonly { readonly range: Range; readonly value: number | null; readonly outside: boolean }[];
}

/**
 * Flagger's analysis (fluxcd/flagger, runMetricChecks and checkCanaryStatus): at each check every metric must have a value
 * within its range; as many failed checks as `failedChecks`, in a row or not, roll back. There a missing value fails a
 * check like a bad one; here it does not roll back, and does not promote either: a canary whose values stay away that
 * often, or at the last check, or that never passed one, ends inconclusive (flagger#1011, #1035, #1581, #1689).
 * @param ended whether this is the last look
 */
export function judgeFailedChecks(
  settings: RangeSettings,
  values: readonly PeriodValues[],
  ended: boolean,
): ThresholdVerdict {
  const checks = checksOf(settings, values);
  const failed = checks.filter(({ metrics }) => metrics.some(({ outside }) => outside));
  const blind = checks.filter(({ metrics }) => metrics.every(({ outside }) => !outside) && metrics.some(isMissing));
  const newest = checks.at(-1);
  const states = settings.ranges.map((range, at) => {
    const value = newest?.metrics[at]?.value ?? null;
    const outside = newest?.metrics[at]?.outside === true;
    return {
      metric: range.metric,
      name: range.metric,
      value,
      state: outside ? ('bad' as const) : value === null ? ('open' as const) : ('good' as const),
    };
  });
  const count: Reason = {
    code: 'failed-checks',
    text: `${failed.length} of ${checks.length} checks failed (limit ${settings.failedChecks})${blind.length === 0 ? '' : `, ${blind.length} more had no value`}`,
    failed: failed.length,
    checks: checks.length,
    limit: settings.failedChecks,
  };
  const reasons = [count, ...failed.slice(-settings.failedChecks).flatMap(outsideReasons)];
  if (failed.length >= settings.failedChecks) return { decision: 'rollback', reasons, metrics: states };
  if (!ended) return { decision: 'continue', reasons, metrics: states };
  const open = openReason(checks, failed.length + blind.length >= settings.failedChecks);
  if (open !== null) return { decision: 'inconclusive', reasons: [...reasons, open], metrics: states };
  return { decision: 'promote', reasons: [...reasons, ...withinReasons(newest)], metrics: states };
}

function checksOf({ ranges, every }: RangeSettings, values: readonly PeriodValues[]): readonly Check[] {
  const checks: Check[] = [];
  for (let period = every - 1; period < periodsSeen(values); period += every) {
    const metrics = ranges.map((range) => {
      const { value } = measure(range, values, period);
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
      return { range, value, outside: value !== null && (value < min || value > max) };
    });
    checks.push({ period, metrics });
  }
  return checks;
}

function isMissing({ value }: { readonly value: number | null }): boolean {
  return value === null;
}

function outsideReasons({ period, metrics }: Check): readonly Reason[] {
  return metrics.flatMap(({ range, value, outside }) => {
    if (!outside || value === null) return [];
    const below = range.min !== undefined && value < range.min;
    const limit = (below ? range.min : range.max) ?? value;
    const [shown, limitShown] = tellApart(value, limit);
    const text = `${range.metric}: ${shown} ${below ? 'below min' : 'above max'} ${limitShown} in period ${period + 1}`;
    return [{ code: 'out-of-range', text, metric: range.metric, value, limit, period }];
  });
}

/** Each metric with its value and its limits: nobody has to guess what was held against what (flagger#1815). */
function withinReasons(check: Check | undefined): readonly Reason[] {
  return (check?.metrics ?? []).map(({ range, value }) => {
    const limits = [
      ...(range.min === undefined ? [] : [`min ${range.min}`]),
      ...(range.max === undefined ? [] : [`max ${range.max}`]),
    ].join(', ');
    const text = `${range.metric}: ${tellApart(value ?? 0)[0]} at last, within ${limits}`;
    return { code: 'in-range', text, metric: range.metric, value };
  });
}

function openReason(checks: readonly Check[], tooBlind: boolean): Reason | null {
  const newest = checks.at(-1);
  if (newest === undefined) return { code: 'no-check', text: 'the watch ended before the first check' };
  const lacking = newest.metrics.filter(isMissing).map(({ range }) => range.metric);
  if (lacking.length > 0) {
    const text = `${lacking.join(', ')}: no value at the last check; what was seen before cannot speak for the rest of the watch`;
    return { code: 'no-value', text };
  }
  if (!checks.some(({ metrics }) => metrics.every(({ value, outside }) => value !== null && !outside))) {
    return { code: 'no-check-passed', text: 'no check passed: there was never one with all values in range' };
  }
  const text = 'failed checks and checks without a value reach the limit together: too little was seen to promote';
  return tooBlind ? { code: 'too-few-values', text } : null;
}
