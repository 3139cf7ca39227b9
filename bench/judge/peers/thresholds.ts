import type { Counts, Periods } from '../../../src/canary/comparison.ts';
import type { BenchJudge } from '../judges.ts';
import { errorsOf, lookingJudge } from './look.ts';

/** The success ratio of a period: 1 - errors; null without a number, without requests. */
function success(canary: Periods<Counts>, period: number): number | null {
  const counts = canary[period] ?? null;
  return counts === null || counts.total === 0 ? null : 1 - counts.events / counts.total;
}

/**
 * Flagger's request-success-rate with `thresholdRange.min`: a check a minute, failed checks add up over the whole
 * analysis and are never forgotten, no value is a failed check (fluxcd/flagger, pkg/controller/scheduler.go and
 * scheduler_metrics.go).
 */
function flagger(threshold: number, least: number): BenchJudge {
  return lookingJudge(`flagger-${threshold}`, (comparison) => {
    const errors = errorsOf(comparison);
    if (errors === null) return null;
    let failed = 0;
    return (period) => {
      if ((success(errors.canary, period) ?? 0) < least) failed += 1;
      return failed >= threshold;
    };
  });
}

/** Argo Rollouts' consecutiveErrorLimit where none is given. */
const argoErrorLimit = 4;

/**
 * Argo Rollouts' `successCondition: result[0] >= least`: fails at more than `failureLimit` failed measurements, or more
 * than four measurements in a row without a value (argoproj/argo-rollouts, analysis/analysis.go).
 */
function argo(failureLimit: number, least: number): BenchJudge {
  return lookingJudge(`argo-${failureLimit}`, (comparison) => {
    const errors = errorsOf(comparison);
    if (errors === null) return null;
    let failed = 0;
    let withoutValue = 0;
    return (period) => {
      const value = success(errors.canary, period);
      withoutValue = value === null ? withoutValue + 1 : 0;
      if (value !== null && value < least) failed += 1;
      return failed > failureLimit || withoutValue > argoErrorLimit;
    };
  });
}

/** An alarm on the canary's error ratio: what CodeDeploy stops a deployment for. Missing data do not breach. */
function alarm(periodMinutes: number, evaluations: number, limit: number): BenchJudge {
  const name = `alarm-${evaluations}x${periodMinutes * 60}s`;
  return lookingJudge(name, (comparison) => {
    const errors = errorsOf(comparison);
    if (errors === null) return null;
    let breaching = 0;
    return (period) => {
      if ((period + 1) % periodMinutes !== 0) return false;
      const window = errors.canary.slice(period + 1 - periodMinutes, period + 1);
      const events = window.reduce((sum, counts) => sum + (counts?.events ?? 0), 0);
      const total = window.reduce((sum, counts) => sum + (counts?.total ?? 0), 0);
      breaching = total > 0 && events / total > limit ? breaching + 1 : 0;
      return breaching >= evaluations;
    };
  });
}

/** Their documentation's usual settings; CloudWatch has none, so its limit is ten times a base of half a percent. */
export const thresholdJudges: readonly BenchJudge[] = [
  flagger(5, 0.99),
  flagger(10, 0.99),
  argo(0, 0.95),
  argo(3, 0.95),
  alarm(5, 2, 0.05),
  alarm(1, 1, 0.05),
];
