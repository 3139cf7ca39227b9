import type { Comparison } from '../../../src/canary/comparison.ts';
import { lookMannWhitney } from '../../../src/canary/mann-whitney/judge.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import { periodValues, slicePeriods } from '../../../src/canary/period-values.ts';
import type { BenchJudge } from '../judges.ts';
import { type Look, lookingJudge } from './look.ts';

/**
 * Kayenta's judge with its own defaults (intervals at 98 %, tolerance 0.25), every metric in one group and bad when it
 * is higher, none critical. Spinnaker's canary stage fails at an interval below 75 and at a last one below 95.
 */
function looking(comparison: Comparison): Look {
  const values = comparison.metrics.map(periodValues);
  const metrics = values.map(({ name }) => ({ metric: name, groups: ['all'], direction: 'increase' }));
  const settings = mannWhitneySettings.parse({ metrics });
  return (period) => {
    const soFar = values.map((one) => slicePeriods(one, 0, period + 1));
    const last = period === comparison.policy.plannedPeriods - 1;
    const { decision, score } = lookMannWhitney(settings, soFar, last, 'class');
    return decision === 'rollback' || (last && score !== null && score.classification !== 'Pass');
  };
}

/** Asked every minute for all since the canary began, and once at the end. */
export const kayentaJudges: readonly BenchJudge[] = [
  lookingJudge('kayenta-each-minute', looking),
  lookingJudge('kayenta-at-end', (comparison) => {
    const look = looking(comparison);
    return (period) => period === comparison.policy.plannedPeriods - 1 && look(period);
  }),
];
