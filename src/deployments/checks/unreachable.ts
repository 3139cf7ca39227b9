import type { AwsFailure } from '../../aws/failure.ts';
import type { CheckContext, CheckResult } from './check.ts';

/** How long a check's source is asked again before its configured outcome counts. */
const patienceSeconds = 120;

/** The stated outcome of a check whose source does not answer: pending for a while, then what is configured. */
export function unreachable(
  name: string,
  failure: AwsFailure,
  outcome: 'fail' | 'pass',
  { now, startedAt }: Pick<CheckContext, 'now' | 'startedAt'>,
): CheckResult {
  const waitedSeconds = (now.getTime() - startedAt.getTime()) / 1000;
  const reason = failure.toReason();
  if (failure.retryable && waitedSeconds < patienceSeconds) {
    return { name, verdict: 'pending', reasons: [reason], lookAgainSeconds: Math.min(10, 1 + waitedSeconds / 4) };
  }
  const text = `${reason.text} (asked for ${Math.round(waitedSeconds)} s; configured outcome: ${outcome})`;
  return { name, verdict: outcome, reasons: [{ ...reason, code: 'source-unreachable', text, cause: reason.code }] };
}
