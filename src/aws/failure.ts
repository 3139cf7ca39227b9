import type { Reason } from '../reason.ts';

export type AwsFailureKind = 'throttled' | 'denied' | 'timed-out' | 'unreachable' | 'server-error' | 'refused';

/**
 * AWS did not do what was asked, after the SDK's own retries. `kind` tells whether asking later can help:
 * not for `denied` and `refused` (the request itself is at fault).
 */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly kind: AwsFailureKind;
  readonly operation: string;
  /** The exception's name as AWS spells it, such as `DeploymentDoesNotExistException`. */
  readonly awsCode: string;

  constructor(operation: string, cause: unknown) {
    const awsCode = cause instanceof Error ? cause.name : 'Unknown';
    const kind = kindOf(awsCode, cause);
    super(`${operation}: ${awsCode}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.operation = operation;
    this.awsCode = awsCode;
    this.kind = kind;
  }

  get retryable(): boolean {
    return this.kind !== 'denied' && this.kind !== 'refused';
  }

  toReason(): Reason {
    return { code: `aws-${this.kind}`, text: `${this.message}; ${advice[this.kind]}`, operation: this.operation };
  }
}

const advice: Readonly<Record<AwsFailureKind, string>> = {
  throttled: 'AWS is limiting the rate; the gate asks again more slowly',
  denied: "check the gate's IAM role and credentials (docs/iam.md lists the actions it needs)",
  'timed-out': 'AWS did not answer in time; the gate asks again',
  unreachable: "check the gate's network path to AWS, AWS_REGION and AWS_ENDPOINT_URL",
  'server-error': 'AWS reported a fault of its own; the gate asks again',
  refused: 'asking again will not help',
};

const throttling = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|^LimitExceeded$/;
const denial =
  /AccessDenied|NotAuthorized|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|ExpiredToken|CredentialsProvider|InvalidSignature|OptInRequired/;
const timeout = /Timeout|AbortError|ETIMEDOUT/i;
const network = /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EPIPE|socket hang up|Region is missing/;

function kindOf(awsCode: string, cause: unknown): AwsFailureKind {
  const facts = cause as { code?: string; message?: string; $metadata?: { httpStatusCode?: number } };
  const words = `${awsCode} ${facts.code ?? ''} ${facts.message ?? ''}`;
  const status = facts.$metadata?.httpStatusCode;
  if (throttling.test(awsCode) || status === 429) return 'throttled';
  if (denial.test(awsCode) || status === 403) return 'denied';
  if (timeout.test(awsCode) || timeout.test(facts.code ?? '')) return 'timed-out';
  if (network.test(words)) return 'unreachable';
  if (status !== undefined && status >= 500) return 'server-error';
  if (status === undefined) return 'unreachable'; // no answer was understood at all
  return 'refused';
}

/**
 * Makes one AWS call within a total time, retries included.
 * @throws AwsFailure, always of this type
 */
export async function callAws<T>(
  operation: string,
  send: (abortSignal: AbortSignal) => Promise<T>,
  totalSeconds = 20,
): Promise<T> {
  try {
    return await send(AbortSignal.timeout(totalSeconds * 1000));
  } catch (cause) {
    throw new AwsFailure(operation, cause);
  }
}
