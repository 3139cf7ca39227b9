import type { Reason } from '../../reason.ts';
import { tellApart } from '../judge-text.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { type ClassifiedMetric, type Compared, neutralEffect, type SideFacts } from './classify.ts';
import type { Score } from './score.ts';
import type { MannWhitneySettings } from './settings.ts';

/** How the score came about, so that nobody has to ask: each group's part, what made it 0, what it was held against. */
export function scoreReason(
  { scoreThresholds: { pass, marginal } }: MannWhitneySettings,
  { score, classification, groups, zeroed }: Score,
  metrics: readonly ClassifiedMetric[],
): Reason {
  const sum = groups.map(({ group, weight, passed, counted }) => {
    const part = counted === 0 ? 'no data, counts as passed' : `${passed} of ${counted} passed`;
    return `${group} ${part} (weight ${round(weight)})`;
  });
  const because =
    zeroed === null
      ? sum.join(' + ')
      : zeroed.by === 'critical'
        ? `0 whatever the rest says, since ${zeroed.metrics.join(', ')} is critical and did not pass; ${sum.join(' + ')}`
        : `0, since half of the metrics or more have no data; ${sum.join(' + ')}`;
  const muted = metrics.filter(({ metric }) => metric.muted).map(({ metric }) => metric.metric);
  const aside = muted.length === 0 ? '' : `; muted: ${muted.join(', ')}`;
  const text = `score ${score}, ${classification} (pass from ${pass} on, marginal from ${marginal} on): ${because}${aside}`;
  return { code: `score-${classification.toLowerCase()}`, text, score, pass, marginal, groups };
}

/** What was compared with what, what was left out before, and which limit was asked or not asked. */
export function metricReason(one: ClassifiedMetric, { confidence, tolerance }: MannWhitneySettings): Reason {
  const { metric, classification, canary, baseline, compared } = one;
  const critical = one.criticalFailure ? ', critical' : '';
  const [canaryMean, baselineMean] = shownMeans(canary, baseline);
  const sides = `canary ${side(canary, canaryMean, metric.nanStrategy)}, baseline ${side(baseline, baselineMean, metric.nanStrategy)}`;
  const why = compared === null ? notCompared(one) : comparison(one, compared, confidence, tolerance);
  return {
    code: `metric-${classification.toLowerCase()}`,
    text: `${metric.metric} ${classification}${critical}: ${sides}; ${why}`,
    metric: metric.metric,
    classification,
    canary,
    baseline,
    ...(compared === null ? {} : { compared }),
  };
}

function side({ periods, points, missing, outliers }: SideFacts, shown: string, strategy: string): string {
  const left = [
    ...(missing === 0 ? [] : [`${missing} without a number ${strategy === 'replace' ? 'counted as 0' : 'left out'}`]),
    ...(outliers.length === 0
      ? []
      : [`${outliers.length} ${outliers.length === 1 ? 'outlier' : 'outliers'} left out: ${listed(outliers)}`]),
  ];
  const note = left.length === 0 ? '' : ` (${left.join(', ')})`;
  return points === 0 ? `no values in ${periods} periods${note}` : `mean ${shown} of ${points} points${note}`;
}

function listed(values: readonly number[]): string {
  const some = [...new Set(values)].slice(0, 3).map((value) => tellApart(value)[0]);
  return `${some.join(', ')}${new Set(values).size > 3 ? ' …' : ''}`;
}

function notCompared({ outcome, metric }: ClassifiedMetric): string {
  if (outcome === 'same-values') return 'the same values on both sides';
  const fails = metric.mustHaveData || metric.critical ? 'which counts as failed' : 'so it has no part in the score';
  if (outcome === 'too-few-points') return `too few points to compare, ${fails}`;
  return `nothing to compare, ${fails}; if no value means 0, write nanStrategy: replace`;
}

/** Which condition held or failed first, with both numbers of it. */
function comparison(one: ClassifiedMetric, compared: Compared, confidence: number, tolerance: number): string {
  const { shift, bound } = compared;
  const { p } = mannWhitney(one.points.canary, one.points.baseline); // shown, decides nothing
  const [lower = '', upper = '', estimate = '', limit = ''] = tellApart(
    shift.lower,
    shift.upper,
    shift.estimate,
    bound,
  );
  const interval = `shift ${estimate}, ${round(confidence * 100)} % between ${lower} and ${upper} (p ${p.toPrecision(2)})`;
  const { direction } = one.metric;
  const above = shift.lower > bound;
  const below = shift.upper < -bound;
  const beyond = `beyond ${limit}, ${round(tolerance * 100)} % of the shift`;
  if (!above && !below) return `${interval} does not lie ${beyond}: ${effectText(one, compared, false)}`;
  const matters = above ? direction !== 'decrease' : direction !== 'increase';
  if (!matters) return `${interval} lies ${above ? 'higher' : 'lower'}, and direction is ${direction}`;
  return `${interval} lies ${beyond}; ${effectText(one, compared, true)}`;
}

function effectText(
  { metric, classification, criticalFailure }: ClassifiedMetric,
  compared: Compared,
  asked: boolean,
): string {
  const { measure } = metric.effectSize;
  const name = measure === 'cles' ? 'the chance that the canary is higher' : 'the ratio of the means';
  const { effect, shift } = compared;
  if (effect === null) return `${name} cannot be computed, a mean is 0${asked ? ', so the shift alone decides' : ''}`;
  const higher = shift.estimate > 0;
  const field = higher ? 'Increase' : 'Decrease';
  const allowed = metric.effectSize[`allowed${field}`] ?? neutralEffect(metric);
  const [shown = '', limit = ''] = tellApart(effect, allowed);
  if (!asked) return `${name}, ${shown}, and allowed${field} ${limit} are not asked then`;
  if (classification === 'Pass') return `${name}, ${shown}, does not reach allowed${field} ${limit}`;
  const critical = metric.effectSize[`critical${field}`] ?? neutralEffect(metric);
  const severe = metric.critical ? `, ${criticalFailure ? 'and' : 'not'} critical${field} ${critical}` : '';
  return `${name}, ${shown}, reaches allowed${field} ${limit}${severe}`;
}

function shownMeans(canary: SideFacts, baseline: SideFacts): readonly [string, string] {
  const [one = '', other = ''] = tellApart(canary.mean ?? 0, baseline.mean ?? 0);
  return [one, other];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
