import type { Reason } from '../../reason.ts';
import { tellApart } from '../judge-text.ts';
import type { PeriodValues } from '../period-values.ts';
import { type Condition, parseCondition } from './condition.ts';
import type { Measured } from './condition-parts.ts';
import { measure, periodsSeen } from './measure.ts';
import type { MetricConditions } from './settings.ts';
import type { ThresholdVerdict } from './verdict.ts';

type Phase = 'successful' | 'failed' | 'inconclusive' | 'error';

interface Measurement {
  /** From 0. */
  readonly period: number;
  readonly phase: Phase;
  readonly value: number | null;
}

interface Assessment {
  readonly metric: MetricConditions;
  readonly measurements: readonly Measurement[];
  /** `running`: more measurements follow. */
  readonly status: Phase | 'running';
  readonly because: string;
}

/**
 * Argo Rollouts' analysis (argoproj/argo-rollouts, EvaluateResult and assessMetricStatus): each metric is measured on its
 * own schedule and fails, is inconclusive or errs when more of its measurements did than its limit allows. The first
 * metric that has failed rolls back; one that is inconclusive ends the watch as that, for good (argo-rollouts#3850). A
 * metric without values errs: in Argo too many such errors abort, and no measurement at all is a success; here neither
 * rolls back nor promotes (argo-rollouts#1905, #521).
 * @param ended whether this is the last look
 */
export function judgeMeasurements(
  metrics: readonly MetricConditions[],
  values: readonly PeriodValues[],
  ended: boolean,
): ThresholdVerdict {
  const assessed = metrics.map((metric) => assess(metric, values));
  const states = assessed.map(({ metric, measurements, status }) => ({
    metric: metric.metric,
    name: metric.name,
    value: measurements.at(-1)?.value ?? null,
    state: stateOf(status, measurements),
  }));
  const reasons = (chosen: readonly Assessment[]) => chosen.map(reasonOf);
  const failed = assessed.filter(({ status }) => status === 'failed');
  if (failed.length > 0) return { decision: 'rollback', reasons: reasons(failed), metrics: states };
  const unsure = assessed.filter(({ status }) => status === 'inconclusive' || status === 'error');
  if (unsure.length > 0) return { decision: 'inconclusive', reasons: reasons(unsure), metrics: states };
  if (!ended) return { decision: 'continue', reasons: reasons(assessed), metrics: states };
  const unseen = assessed.filter(({ measurements }) => !measurements.some(({ phase }) => phase === 'successful'));
  const cutShort = assessed.filter(({ metric, status }) => status === 'running' && metric.count !== null);
  const silent = assessed.filter(
    ({ status, measurements }) => status === 'running' && measurements.at(-1)?.phase === 'error',
  );
  const open = [...new Set([...unseen, ...cutShort, ...silent])];
  if (open.length > 0) return { decision: 'inconclusive', reasons: reasons(open), metrics: states };
  return { decision: 'promote', reasons: reasons(assessed), metrics: states };
}

function stateOf(status: Assessment['status'], measurements: readonly Measurement[]): 'good' | 'bad' | 'open' {
  if (status === 'failed') return 'bad';
  const going = status === 'running' && measurements.at(-1)?.phase === 'successful';
  return status === 'successful' || going ? 'good' : 'open';
}

function assess(metric: MetricConditions, values: readonly PeriodValues[]): Assessment {
  const success = metric.successCondition === undefined ? null : parseCondition(metric.successCondition);
  const failure = metric.failureCondition === undefined ? null : parseCondition(metric.failureCondition);
  const measurements: Measurement[] = [];
  const seen = periodsSeen(values);
  let period = metric.initialDelay;
  while (period < seen) {
    const measured = measure(metric, values, period);
    const phase = phaseOf(measured, success, failure);
    measurements.push({ period, phase, value: measured.value });
    const { status, because } = statusOf(metric, measurements);
    if (status !== 'running') return { metric, measurements, status, because };
    // Argo asks again ten seconds after an error: that is the next period here
    period += phase === 'error' ? 1 : (metric.every ?? 1);
  }
  return { metric, measurements, ...statusOf(metric, measurements) };
}

/** A measurement that neither condition claims is inconclusive; with one condition, it is the other's opposite. */
function phaseOf(measured: Measured, success: Condition | null, failure: Condition | null): Phase {
  const succeeds = success === null ? null : success(measured);
  const fails = failure === null ? null : failure(measured);
  if ((success !== null && succeeds === null) || (failure !== null && fails === null)) return 'error';
  if (fails ?? !succeeds) return 'failed';
  return (succeeds ?? !fails) ? 'successful' : 'inconclusive';
}

function statusOf(
  metric: MetricConditions,
  measurements: readonly Measurement[],
): { status: Assessment['status']; because: string } {
  const number = (phase: Phase) => measurements.filter((one) => one.phase === phase).length;
  const inARow = (phase: Phase) => measurements.length - 1 - measurements.findLastIndex((one) => one.phase !== phase);
  const { failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit, count } = metric;
  const [failed, unsure, errors] = [number('failed'), number('inconclusive'), inARow('error')];
  const told = measurements.length - number('error');
  if (errors > consecutiveErrorLimit) {
    return {
      status: 'error',
      because: `no value in ${errors} measurements in a row (consecutiveErrorLimit ${consecutiveErrorLimit})`,
    };
  }
  if (unsure > inconclusiveLimit) {
    return {
      status: 'inconclusive',
      because: `${unsure} measurements inconclusive (inconclusiveLimit ${inconclusiveLimit})`,
    };
  }
  if (failureLimit >= 0 && failed > failureLimit) {
    return { status: 'failed', because: `${failed} of ${told} measurements failed (failureLimit ${failureLimit})` };
  }
  const successes = inARow('successful');
  if (consecutiveSuccessLimit > 0 && successes >= consecutiveSuccessLimit) {
    return {
      status: 'successful',
      because: `${successes} successes in a row (consecutiveSuccessLimit ${consecutiveSuccessLimit})`,
    };
  }
  if (count !== null && told >= count) {
    if (consecutiveSuccessLimit === 0) {
      return {
        status: 'successful',
        because: `${failed} of ${told} measurements failed (failureLimit ${failureLimit})`,
      };
    }
    const because = `${count} measurements, and never ${consecutiveSuccessLimit} successes in a row`;
    return { status: failureLimit >= 0 ? 'inconclusive' : 'failed', because };
  }
  return {
    status: 'running',
    because: `${failed} of ${told} measurements failed so far (failureLimit ${failureLimit})`,
  };
}

function reasonOf({ metric, measurements, status, because }: Assessment): Reason {
  const newest = measurements.at(-1);
  const value = newest?.value ?? null;
  const shown = value === null ? 'no value' : tellApart(value)[0];
  const conditions = [
    ...(metric.successCondition === undefined ? [] : [`success: ${metric.successCondition}`]),
    ...(metric.failureCondition === undefined ? [] : [`failure: ${metric.failureCondition}`]),
  ].join('; ');
  const last = newest === undefined ? 'not measured yet' : `${shown} at last (period ${newest.period + 1})`;
  const text = `${metric.name} ${status}: ${last}; ${because}; ${conditions}`;
  return { code: `measurements-${status}`, text, metric: metric.metric, value, measurements: measurements.slice(-20) };
}
