import type { Reason } from '../reason.ts';
import type { MetricEvidence } from './evidence/evidence.ts';
import { normalQuantile } from './statistics/normal-quantile.ts';

export type MetricReason = Reason & { readonly metric: string };

/**
 * What the chance of looking so healthy in spite of the policy's size must not exceed. Asked for a little less than the
 * 5 % that are promised, since with a dozen events the normal approximation promises too much.
 */
export const promoteRisk = 0.03;

/** So many periods without a number at the end say that the data have stopped. */
export const stoppedSince = 5;

export function worseReason({ metric, harm, threshold, effect, periods }: MetricEvidence): MetricReason {
  const text = `${metric}: ${toldEffect(effect)}; what was seen is e^${harm.toFixed(1)} times likelier if the canary is worse than if it is healthy, and e^${threshold.toFixed(1)} rolls back`;
  return { code: 'worse-than-baseline', text, metric, harm, threshold, effect, periods };
}

/** What a metric says that did not decide. */
export function safeReason({ metric, harm, threshold, effect, periods, state }: MetricEvidence): MetricReason {
  const text =
    periods === 0
      ? `${metric}: nothing to judge yet (${state})`
      : `${metric}: no sign of harm that counts; ${toldEffect(effect)}`;
  return { code: periods === 0 ? 'nothing-judged' : 'no-harm', text, metric, harm, threshold, effect, periods, state };
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
export function heldUp(last: MetricEvidence, length: number, silent: number): MetricReason {
  const { metric, effect, periods, state, safety } = last;
  if (periods === 0) {
    const text = `${metric}: not one period could be judged (${state}); see that the metric exists and that the canary has traffic`;
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
      : `about ${more} more periods, or ${timesText(1 + more / length)} times the canary's traffic, would do if it is healthy`;
  const text = `${metric}: ${toldEffect(effect)}, so a regression of the policy's size is not excluded; ${cure}`;
  return { code: 'regression-not-excluded', text, metric, periods, effect, morePeriods: more };
}

/** Null where the canary looks no better than the regression would. */
function morePeriods(safety: number, length: number): number | null {
  const seen = -normalQuantile(Math.exp(-safety));
  const wanted = -normalQuantile(promoteRisk);
  return seen <= 0.1 ? null : Math.max(1, Math.ceil(length * ((wanted / seen) ** 2 - 1)));
}

function toldEffect(effect: MetricEvidence['effect']): string {
  return effect === null
    ? 'nothing is known of the effect'
    : `the canary is at ${effect.lower.toPrecision(3)} to ${effect.upper.toPrecision(3)} times the baseline`;
}

function timesText(times: number): string {
  return times < 10 ? times.toFixed(1) : times.toFixed(0);
}
