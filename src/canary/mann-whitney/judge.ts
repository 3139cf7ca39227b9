import type { Reason } from '../../reason.ts';
import { type PeriodValues, slicePeriods } from '../period-values.ts';
import { type ClassifiedMetric, classifyMetric, type Detail } from './classify.ts';
import { metricReason, scoreReason } from './explain.ts';
import { type Score, scoreMetrics } from './score.ts';
import type { MannWhitneySettings } from './settings.ts';

export interface MannWhitneyVerdict {
  readonly decision: 'continue' | 'promote' | 'rollback' | 'inconclusive';
  /** How the score came about first, then each metric: what was compared, what was left out, which limit was asked. */
  readonly reasons: readonly Reason[];
  /** Periods that were judged, from the first on; 0 before the first judgement. */
  readonly judgedPeriods: number;
  readonly score: Score | null;
  readonly metrics: readonly ClassifiedMetric[];
}

/**
 * Kayenta's judge at its newest look: a pure function of the settings and the numbers so far. Before the end a score below
 * `marginal` rolls back, as an interval of Spinnaker's canary stage does; at the end one of `pass` or more promotes and
 * what lies between is inconclusive. Only what was seen rolls back: a score that is low for want of data waits, and ends
 * inconclusive. A metric that one side has and the other has not is never promoted, whatever the score.
 * @param values each metric that the settings name
 * @param ended whether this is the last look
 */
export function judgeMannWhitney(
  settings: MannWhitneySettings,
  values: readonly PeriodValues[],
  ended: boolean,
): MannWhitneyVerdict {
  const look = lookMannWhitney(settings, values, ended, 'full');
  const { decision, judgedPeriods, score, metrics } = look;
  if (score === null) return tooEarly(settings, look, ended);
  const because = ended && decision === 'inconclusive' ? oneSided(metrics).map(oneSidedReason) : [];
  const told = metrics.map((one) => metricReason(one, settings));
  return {
    decision,
    reasons: [scoreReason(settings, score, metrics), ...because, ...told],
    judgedPeriods,
    score,
    metrics,
  };
}

/** What the judge makes of its newest look, without a word on why. */
export function lookMannWhitney(
  settings: MannWhitneySettings,
  values: readonly PeriodValues[],
  ended: boolean,
  detail: Detail,
): Omit<MannWhitneyVerdict, 'reasons'> {
  const periods = Math.max(0, ...values.map(({ canary }) => canary.length));
  const judgedPeriods = ended ? periods : periods - (periods % settings.every);
  if (judgedPeriods < settings.minimumPoints) {
    return { decision: ended ? 'inconclusive' : 'continue', judgedPeriods, score: null, metrics: [] };
  }
  const from = settings.lookback === undefined ? 0 : Math.max(0, judgedPeriods - settings.lookback);
  const metrics = settings.metrics.map((metric) => {
    const series = values.find(({ name }) => name === metric.metric);
    const known = series ?? { name: metric.metric, canary: [], baseline: [] };
    return classifyMetric(metric, slicePeriods(known, from, judgedPeriods), settings, detail);
  });
  const score = scoreMetrics(settings, metrics);
  return { decision: decide(settings, score, metrics, ended), judgedPeriods, score, metrics };
}

function decide(
  settings: MannWhitneySettings,
  score: Score,
  metrics: readonly ClassifiedMetric[],
  ended: boolean,
): MannWhitneyVerdict['decision'] {
  if (failsOnSight(settings, metrics)) return 'rollback';
  if (!ended) return 'continue';
  return score.classification === 'Pass' && oneSided(metrics).length === 0 ? 'promote' : 'inconclusive';
}

/** Whether it fails by what was compared alone: what is missing counts neither for nor against the canary. */
function failsOnSight(settings: MannWhitneySettings, metrics: readonly ClassifiedMetric[]): boolean {
  const seen = metrics.map((one): ClassifiedMetric => {
    const compared = one.outcome === 'compared' || one.outcome === 'same-values';
    return compared ? one : { ...one, classification: 'Nodata', criticalFailure: false };
  });
  const { sum, zeroed } = scoreMetrics(settings, seen);
  return zeroed?.by === 'critical' || sum < settings.scoreThresholds.marginal;
}

const oneSidedOutcomes: readonly ClassifiedMetric['outcome'][] = ['canary-missing', 'baseline-missing'];

function oneSided(metrics: readonly ClassifiedMetric[]): readonly ClassifiedMetric[] {
  return metrics.filter(({ metric, outcome }) => !metric.muted && oneSidedOutcomes.includes(outcome));
}

function oneSidedReason({ metric, outcome }: ClassifiedMetric): Reason {
  const [has, lacks] = outcome === 'canary-missing' ? ['baseline', 'canary'] : ['canary', 'baseline'];
  const text = `${metric.metric}: the ${has} has values and the ${lacks} has none, which no score may hide; if no value means 0, write nanStrategy: replace`;
  return { code: 'one-sided', text, metric: metric.metric };
}

function tooEarly(
  { minimumPoints, every }: MannWhitneySettings,
  look: Omit<MannWhitneyVerdict, 'reasons'>,
  ended: boolean,
): MannWhitneyVerdict {
  const { judgedPeriods: periods } = look;
  const waits = every > 1 && !ended ? `; the judge looks every ${every} periods` : '';
  const text = `${periods} periods to judge by, fewer than the ${minimumPoints} of minimumPoints${waits}`;
  return { ...look, judgedPeriods: 0, reasons: [{ code: 'too-few-points', text, periods, minimumPoints }] };
}
