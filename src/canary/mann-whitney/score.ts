import type { ClassifiedMetric } from './classify.ts';
import type { MannWhitneySettings } from './settings.ts';

export interface GroupScore {
  readonly group: string;
  /** Percent of the whole score. */
  readonly weight: number;
  readonly passed: number;
  /** Metrics that count: those without data do not, unless they must have some. */
  readonly counted: number;
  /** 0 to 100; null where no metric counts: the group then gives its whole weight. */
  readonly score: number | null;
}

export interface Score {
  /** 0 to 100, two decimals. */
  readonly score: number;
  readonly classification: 'Pass' | 'Marginal' | 'Fail';
  readonly groups: readonly GroupScore[];
  /** What the groups come to together, 0 to 100, before anything makes the score 0. */
  readonly sum: number;
  /** Why the score is 0 whatever the groups say; null where it is their sum. */
  readonly zeroed: { readonly by: 'critical'; readonly metrics: readonly string[] } | { readonly by: 'no-data' } | null;
}

/** From this part of metrics without data on, the whole score is 0. */
const mostWithoutData = 0.5;

/**
 * The weighted score of Kayenta's judge (WeightedSumScorer, ThresholdScoreClassifier): a group's score is the percentage
 * of its metrics that pass, the sum is weighted, groups without a weight share what is left of 100. A critical metric that
 * does not pass, or half of all metrics without data, make it 0. Muted metrics have no part.
 */
export function scoreMetrics(settings: MannWhitneySettings, metrics: readonly ClassifiedMetric[]): Score {
  const heard = metrics.filter(({ metric }) => !metric.muted);
  const groups = groupScores(settings, heard);
  const critical = heard.filter(({ criticalFailure }) => criticalFailure);
  const without = heard.filter(({ classification }) => classification === 'Nodata').length;
  const zeroed: Score['zeroed'] =
    critical.length > 0
      ? { by: 'critical', metrics: critical.map(({ metric }) => metric.metric) }
      : without >= mostWithoutData * heard.length
        ? { by: 'no-data' }
        : null;
  const sum = groups.reduce((total, { score, weight }) => total + ((score ?? 100) * weight) / 100, 0);
  const rounded = Math.round(sum * 100) / 100;
  const score = zeroed === null ? rounded : 0;
  return { score, classification: classOf(settings, score), groups, sum: rounded, zeroed };
}

function groupScores({ groupWeights }: MannWhitneySettings, heard: readonly ClassifiedMetric[]): readonly GroupScore[] {
  const names = [...new Set(heard.flatMap(({ metric }) => metric.groups))];
  const open = names.filter((name) => groupWeights[name] === undefined);
  const given = Object.values(groupWeights).reduce((sum, weight) => sum + weight, 0);
  return names.map((group) => {
    const members = heard.filter(({ metric }) => metric.groups.includes(group));
    const counted = members.filter(({ classification }) => classification !== 'Nodata').length;
    const passed = members.filter(({ classification }) => classification === 'Pass').length;
    const weight = groupWeights[group] ?? (100 - given) / open.length;
    return { group, weight, passed, counted, score: counted === 0 ? null : (100 * passed) / counted };
  });
}

function classOf({ scoreThresholds: { pass, marginal } }: MannWhitneySettings, score: number): Score['classification'] {
  if (score >= pass) return 'Pass';
  return score >= marginal ? 'Marginal' : 'Fail';
}
