import { z } from 'zod';
import { strictObject } from '../../input/strict-object.ts';
import { readingSchema } from '../reading.ts';

const effectSize = strictObject({
  /** `meanRatio`: the canary's mean over the baseline's; `cles`: the chance that the canary's value is the larger. */
  measure: z.enum(['meanRatio', 'cles']).default('meanRatio'),
  allowedIncrease: z.number().optional(),
  allowedDecrease: z.number().optional(),
  criticalIncrease: z.number().optional(),
  criticalDecrease: z.number().optional(),
});

const metric = strictObject({
  /** A name of canary.metrics. */
  metric: z.string().min(1),
  as: readingSchema,
  groups: z.array(z.string().min(1)).min(1, 'is empty; a metric in no group has no part in the score').max(20),
  direction: z.enum(['increase', 'decrease', 'either']).default('either'),
  /** `remove`: a period without a number is left out; `replace`: it counts as 0. */
  nanStrategy: z.enum(['remove', 'replace']).default('remove'),
  outliers: strictObject({
    strategy: z.enum(['keep', 'remove']).default('keep'),
    outlierFactor: z.number().gt(0).default(3),
  }).prefault({}),
  critical: z.boolean().default(false),
  mustHaveData: z.boolean().default(false),
  muted: z.boolean().default(false),
  effectSize: effectSize.prefault({}),
}).superRefine((one, context) => {
  for (const field of unusedEffects(one)) {
    const why =
      field.startsWith('critical') && !one.critical ? 'without critical: true' : `in direction ${one.direction}`;
    context.addIssue({ code: 'custom', path: ['effectSize', field], message: `has no effect ${why}; leave it out` });
  }
});

const effectFields = ['allowedIncrease', 'allowedDecrease', 'criticalIncrease', 'criticalDecrease'] as const;
export type EffectField = (typeof effectFields)[number];

/** The thresholds that are written and never asked: of the other direction, or critical ones of a metric that is not. */
export function unusedEffects(one: {
  readonly direction: 'increase' | 'decrease' | 'either';
  readonly critical: boolean;
  readonly effectSize: { readonly [field in EffectField]?: number | undefined };
}): readonly EffectField[] {
  return effectFields.filter((field) => {
    if (one.effectSize[field] === undefined) return false;
    if (field.startsWith('critical') && !one.critical) return true;
    return field.endsWith('Increase') ? one.direction === 'decrease' : one.direction === 'increase';
  });
}

/** The settings of `judge: mann-whitney`; the words are those of Kayenta's canary config. */
export const mannWhitneySettings = strictObject({
  metrics: z.array(metric).min(1, 'is empty; name the metrics to judge').max(50),
  groupWeights: z.record(z.string().min(1), z.number().min(0).max(100)).default({}),
  scoreThresholds: strictObject({
    pass: z.number().min(0).max(100).default(95),
    marginal: z.number().min(0).max(100).default(75),
  }).prefault({}),
  confidence: z.number().gt(0.5).lt(1).default(0.98),
  /** A shift counts from this part of its own estimate on. */
  tolerance: z.number().min(0).lt(1).default(0.25),
  /** `normal`: the rank test's normal approximation at any size, as Kayenta has it; `exact`: exact up to 50 values. */
  interval: z.enum(['normal', 'exact']).default('normal'),
  /**
   * Points that each side must have. Five is the least with which values that are all apart are significant at 98 %
   * (2 of C(10, 5) orders); the normal approximation calls any two single values different.
   */
  minimumPoints: z.int().min(1).max(1000).default(5),
  /** Periods between two judgements. */
  every: z.int().min(1).max(1440).default(1),
  /** Only the newest so many periods are judged; all since the canary began where it is left out. */
  lookback: z.int().min(1).max(2880).optional(),
}).superRefine((settings, context) => {
  const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const { pass, marginal } = settings.scoreThresholds;
  if (marginal > pass) issue('scoreThresholds', `marginal ${marginal} is above pass ${pass}; it is the lower one`);
  const used = new Set(settings.metrics.flatMap(({ groups }) => groups));
  const stray = Object.keys(settings.groupWeights).filter((group) => !used.has(group));
  if (stray.length > 0) {
    issue(
      'groupWeights',
      `${stray.map((group) => `"${group}"`).join(', ')}: no metric is in it, so its weight is lost`,
    );
  }
  const weighted = Object.values(settings.groupWeights).reduce((sum, weight) => sum + weight, 0);
  const open = [...used].filter((group) => settings.groupWeights[group] === undefined);
  if (weighted > 100.001 || (open.length === 0 && weighted < 99.999)) {
    issue('groupWeights', `add up to ${weighted}; write weights that add up to 100`);
  }
  const names = settings.metrics.map((one) => one.metric);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) issue('metrics', `"${twice}" is there twice`);
  const { lookback, minimumPoints } = settings;
  if (lookback !== undefined && lookback < minimumPoints) {
    issue('lookback', `${lookback} periods never hold the ${minimumPoints} of minimumPoints`);
  }
});

export type MannWhitneySettings = z.output<typeof mannWhitneySettings>;
export type MannWhitneyMetric = MannWhitneySettings['metrics'][number];
