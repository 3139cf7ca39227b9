import { z } from 'zod';
import { strictObject } from '../../input/strict-object.ts';
import { readingSchema } from '../reading.ts';
import { parseCondition } from './condition.ts';
import { ConditionError } from './tokens.ts';

const periods = z.int().min(1).max(2880);

const measured = {
  /** A name of canary.metrics; the canary's own values are held against the limits. */
  metric: z.string().min(1),
  as: readingSchema,
  /** The newest so many periods make one measurement: their mean. */
  window: z.int().min(1).max(1440).default(1),
  /** So many periods of them make one point of `result[0].Values`: a query with a period of five minutes has 5. */
  step: z.int().min(1).max(1440).default(1),
};

const range = strictObject({ ...measured, min: z.number().optional(), max: z.number().optional() }).superRefine(
  ({ metric, min, max }, context) => {
    if (min === undefined && max === undefined) {
      context.addIssue({ code: 'custom', message: `"${metric}" can never be out of range; write min, max or both` });
    }
    if (min !== undefined && max !== undefined && min > max) {
      context.addIssue({ code: 'custom', message: `min ${min} is above max ${max}: nothing is in range` });
    }
  },
);

const condition = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    try {
      parseCondition(text);
    } catch (cause) {
      if (!(cause instanceof ConditionError)) throw cause;
      context.addIssue({ code: 'custom', message: `"${text}" ${cause.message}` });
    }
  });

const conditions = strictObject({
  ...measured,
  /** What the measurement is called in reasons; the metric's name where it is left out. */
  name: z.string().min(1).optional(),
  successCondition: condition.optional(),
  failureCondition: condition.optional(),
  /** More failed measurements than this roll back; -1: no number of them does. */
  failureLimit: z.int().min(-1).default(0),
  inconclusiveLimit: z.int().min(0).default(0),
  consecutiveErrorLimit: z.int().min(0).default(4),
  /** So many successes in a row are enough; 0: not asked. */
  consecutiveSuccessLimit: z.int().min(0).default(0),
  /** Measurements to take; as many as the watch has time for where it is left out. One, where `every` is, too. */
  count: z.int().min(1).optional(),
  /** Periods from one measurement to the next. */
  every: periods.optional(),
  initialDelay: z.int().min(0).max(2880).default(0),
})
  .transform((one) => ({
    ...one,
    name: one.name ?? one.metric,
    count: one.count ?? (one.every === undefined ? 1 : null),
  }))
  .superRefine((one, context) => {
    if (one.successCondition === undefined && one.failureCondition === undefined) {
      context.addIssue({
        code: 'custom',
        message: `"${one.name}" has no condition, so it never fails; write successCondition or failureCondition`,
      });
    }
    if ((one.count ?? 1) > 1 && one.every === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['count'],
        message: `${one.count} measurements need every: the periods between them`,
      });
    }
    if (one.failureLimit === -1 && one.consecutiveSuccessLimit === 0) {
      context.addIssue({
        code: 'custom',
        path: ['failureLimit'],
        message: '-1 switches failures off; write consecutiveSuccessLimit beside it',
      });
    }
  });

/** The settings of `judge: thresholds`: either ranges, as Flagger's analysis has them, or conditions, as Argo's. */
export const thresholdSettings = strictObject({
  ranges: z.array(range).min(1).max(50).optional(),
  /** So many checks with a metric out of its range roll back. For ranges only. */
  failedChecks: z.int().min(1).optional(),
  /** Periods from one check to the next. For ranges only. */
  every: periods.optional(),
  conditions: z.array(conditions).min(1).max(50).optional(),
}).transform((settings, context) => {
  const { ranges, conditions: list, failedChecks = 1, every = 1 } = settings;
  const issue = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
  if (list !== undefined && ranges === undefined) {
    for (const key of ['failedChecks', 'every'] as const) {
      if (settings[key] !== undefined) issue(`belongs to ranges; each of conditions has its own limits`, key);
    }
    const names = list.map(({ name }) => name);
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) issue(`"${twice}" is there twice; give each a name`, 'conditions');
    return { style: 'conditions' as const, conditions: list };
  }
  if (ranges === undefined || list !== undefined) issue('needs either ranges or conditions');
  return { style: 'ranges' as const, ranges: ranges ?? [], failedChecks, every };
});

export type ThresholdSettings = z.output<typeof thresholdSettings>;
export type RangeSettings = Extract<ThresholdSettings, { style: 'ranges' }>;
export type MetricConditions = Extract<ThresholdSettings, { style: 'conditions' }>['conditions'][number];

/** The metrics that the settings name, each once. */
export function thresholdMetrics(settings: ThresholdSettings): readonly string[] {
  const list = settings.style === 'ranges' ? settings.ranges : settings.conditions;
  return [...new Set(list.map(({ metric }) => metric))];
}
