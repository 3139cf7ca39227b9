import { z } from 'zod';
import { mannWhitneySettings } from './mann-whitney/settings.ts';
import { thresholdMetrics, thresholdSettings } from './thresholds/settings.ts';

const judgeNames = ['evidence', 'mann-whitney', 'thresholds'] as const;

/** The fields of a canary block that choose its judge; the others than ours bring policies of other tools. */
export const judgeFields = {
  judge: z.enum(judgeNames).default('evidence'),
  mannWhitney: mannWhitneySettings.optional(),
  thresholds: thresholdSettings.optional(),
};

type JudgeFields = z.output<z.ZodObject<typeof judgeFields>>;

/** A metric as far as the choice of a judge goes. */
interface JudgeableMetric {
  readonly name: string;
  /** Never bad, or one number for both versions. */
  readonly judgeable: boolean;
  readonly shared: boolean;
}

const settingsOf = { 'mann-whitney': 'mannWhitney', thresholds: 'thresholds' } as const;

/** What does not fit together between the judge, its settings and the block's metrics. */
export function judgeProblems(
  { judge, mannWhitney, thresholds }: JudgeFields,
  metrics: readonly JudgeableMetric[],
): readonly { readonly path: string; readonly message: string }[] {
  const given = { mannWhitney, thresholds };
  const needed = judge === 'evidence' ? null : settingsOf[judge];
  const stray = (['mannWhitney', 'thresholds'] as const).filter((key) => given[key] !== undefined && key !== needed);
  const problems = stray.map((key) => {
    const own = key === 'mannWhitney' ? 'mann-whitney' : 'thresholds';
    return { path: key, message: `judge is ${judge}, so it has no effect; write judge: ${own}, or leave it out` };
  });
  if (needed === null) return problems;
  if (given[needed] === undefined) {
    const message = `judge: ${judge} needs its settings; safety-gate import writes them from a policy of another tool`;
    return [...problems, { path: needed, message }];
  }
  const used = [
    ...(mannWhitney?.metrics.map(({ metric }) => metric) ?? []),
    ...(thresholds === undefined ? [] : thresholdMetrics(thresholds)),
  ];
  const wrong = [...new Set(used)].flatMap((name) => {
    const metric = metrics.find((one) => one.name === name);
    if (metric === undefined) {
      return [`"${name}" is none of canary.metrics: ${metrics.map((one) => one.name).join(', ')}`];
    }
    if (!metric.judgeable) return [`"${name}" is shown and never bad; judge by another metric`];
    if (metric.shared && judge === 'mann-whitney') {
      return [
        `"${name}" is one number for both versions, so ranks have nothing to compare; give it a dimension $targetGroup`,
      ];
    }
    return [];
  });
  return [...problems, ...wrong.map((message) => ({ path: needed, message }))];
}
