import type { Reason } from '../reason.ts';
import type { MetricSeries } from './comparison.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { effectText, seen } from './seen.ts';
import { normalQuantile } from './statistics/normal-quantile.ts';

export type MetricReason = Reason & { readonly metric: string };

/**
 * What the chance of looking so healthy in spite of the policy's size must not exceed. Asked for a little less than the
 * 5 % that are promised, since with a dozen events the normal approximation promises too much.
 */
export const promoteRisk = 0.03;

/** So many periods without a number at the end say that the data have stopped. */
export const stoppedSince = 5;

export function worseReason(evidence: MetricEvidence, series: MetricSeries): MetricReason {
  const { metric, harm, threshold, effect, periods } = evidence;
  const { text, facts } = seen(series);
  // A range that holds 1 as well says less than the evidence does; it is among the facts.
  const range = effect !== null && (effect.lower > 1 || effect.upper < 1) ? `; ${effectText(effect, series)}` : '';
  return {
    code: 'worse-than-baseline',
    text: `${metric}: ${text}${range}; ${oddsText(evidence)}`,
    metric,
    harm,
    threshold,
    effect,
    periods,
    ...facts,
  };
}

/** How much likelier what was seen is under harm, beside what it takes to roll back. */
export function oddsText({ harm, threshold }: Pick<MetricEvidence, 'harm' | 'threshold'>): string {
  return `e^${harm.toFixed(1)} times likelier if the canary is worse than if it is healthy, and e^${threshold.toFixed(1)} rolls back`;
}

/** What a metric says that did not decide. */
export function safeReason(evidence: MetricEvidence, series: MetricSeries): MetricReason {
  const { metric, harm, threshold, effect, periods, state } = evidence;
  const code = periods === 0 ? 'nothing-judged' : 'no-harm';
  const text = `${metric}: ${safeText(evidence, series)}`;
  return { code, text, metric, harm, threshold, effect, periods, state };
}

function safeText({ periods, state, effect }: MetricEvidence, series: MetricSeries): string {
  if (periods === 0) return `nothing to judge yet (${state})`;
  if (series.shared) return 'both versions share it, so it is no reason to roll back; nothing unlike its own past';
  return `no sign of harm that counts; ${toldEffect(effect, series)}`;
}

/** Why a metric does not stand in a promotion's way. */
export function goodReason(evidence: MetricEvidence, series: MetricSeries, size: number): MetricReason {
  const reason = safeReason(evidence, series);
  if (series.shared) return reason;
  const excluded = `asked once, at the end, a regression ${timesSize(size, series.direction)} is excluded (a risk of ${100 * promoteRisk} % at most)`;
  return { ...reason, text: `${reason.text}; ${excluded}` };
}

export function illReason({ metric, safety }: MetricEvidence): MetricReason {
  const text = `${metric}: both versions share it, and it is surely unlike its own past; a comparison cannot say whose doing that is, and it may not be the release`;
  return { code: 'shared-resource-ill', text, metric, illness: -safety };
}

/**
 * Why a metric holds the promotion up: nothing was judged, the data stopped, or the regression to be safe from is not
 * excluded. Says how much longer it would take: the distance to that regression, in standard deviations, grows with the
 * square root of the time.
 */
export function heldUp(
  last: MetricEvidence,
  series: MetricSeries,
  { length, silent, size }: { readonly length: number; readonly silent: number; readonly size: number },
): MetricReason {
  const { metric, effect, periods, state, safety } = last;
  if (periods === 0) {
    const text = `${metric}: not one period could be judged (${state}); ${wayOut[state]}`;
    return { code: 'nothing-judged', text, metric, periods, state };
  }
  if (silent > 0) {
    const text = `${metric}: no data that count in the last ${silent} periods (${state}); what was seen before cannot speak for them`;
    return { code: 'data-stopped', text, metric, periods, state, silent };
  }
  const more = morePeriods(safety, length);
  const cure =
    more === null
      ? 'more of the same will hardly do; see whether the canary is a little worse'
      : `about ${more} more ${more === 1 ? 'period' : 'periods'}, or ${timesText(1 + more / length)} times the canary's traffic, would do if it is healthy`;
  const text = `${metric}: ${toldEffect(effect, series)}; a regression ${timesSize(size, series.direction)} is not excluded; ${cure}`;
  return { code: 'regression-not-excluded', text, metric, periods, effect, morePeriods: more };
}

/** What to do where a state of the data left nothing to judge. */
const wayOut: Readonly<Record<MetricEvidence['state'], string>> = {
  judged: 'see that both sides have numbers',
  'warming-up': 'run the canary for longer, or make the warm-up shorter',
  'canary-missing': 'see that the canary has traffic, and reports this metric',
  'baseline-missing': 'see that the baseline has traffic, and reports this metric',
  'no-data': 'see that the metric exists, and that both sides report it',
  'no-traffic': 'see that both sides have traffic',
};

/** The newest periods were all beyond the size, whatever was before them. */
export function latelyWorseReason(metric: string, periods: number, factor: number): MetricReason {
  const beyond = `${factor > 1 ? 'above' : 'below'} ${Number(factor.toPrecision(3))} times the baseline`;
  const text = `${metric}: ${beyond} in each of the last ${periods} periods; what was before them is no ground for promotion`;
  return { code: 'lately-worse', text, metric, periods, factor };
}

/** Nothing was compared, so nothing was excluded. */
export function onlySharedReason(metric: string): MetricReason {
  const text = `${metric}: both versions share it, and no other metric was compared; name one that tells the sides apart`;
  return { code: 'nothing-compared', text, metric };
}

/** Null where the canary looks no better than the regression would. */
function morePeriods(safety: number, length: number): number | null {
  const seen = -normalQuantile(Math.exp(-safety));
  const wanted = -normalQuantile(promoteRisk);
  return seen <= 0.1 ? null : Math.max(1, Math.ceil(length * ((wanted / seen) ** 2 - 1)));
}

function toldEffect(effect: MetricEvidence['effect'], series: MetricSeries): string {
  return effect === null ? 'nothing is known of the effect' : `the canary is at ${effectText(effect, series)}`;
}

/** `of 2 times the baseline`; for what gets worse by falling, the part that is left. */
function timesSize(size: number, direction: MetricSeries['direction']): string {
  const factor = direction === 'decrease' ? 1 / size : size;
  return `to ${Number(factor.toPrecision(3))} times the baseline`;
}

function timesText(times: number): string {
  return times < 10 ? times.toFixed(1) : times.toFixed(0);
}
