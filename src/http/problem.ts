import { AwsFailure } from '../aws/failure.ts';
import { StoreUnavailable } from '../database/store-unavailable.ts';
import { AlreadyDecided } from '../deployments/override.ts';
import type { InputProblem } from '../input/problems.ts';
import { LintCrashed, LintQueueFull, LintTimeLimitExceeded } from '../migrations/lint-in-worker.ts';
import { UnsupportedServerVersion } from '../migrations/server-version.ts';
import { DeploymentUnknown } from '../providers/provider.ts';
import { IdempotencyKeyReused } from '../rollback/request.ts';

/** An answer that is an error, as RFC 9457 has it, with our stable `code`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly InputProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    detail: string,
    extra: { errors?: readonly InputProblem[]; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(detail, { cause: extra.cause });
    this.status = status;
    this.code = code;
    this.errors = extra.errors;
    this.headers = extra.headers ?? {};
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not possible in this state',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not acceptable as it stands',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Temporarily unavailable',
};

/** The body of a problem answer. */
export function problemBody(problem: HttpProblem, requestId: string): Readonly<Record<string, unknown>> {
  return {
    type: 'about:blank',
    title: titles[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}

/** Every error that can reach the door, as a problem. What is not known here is a bug: 500, and nothing of it shown. */
export function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof AwsFailure) {
    const { code, text } = error.toReason();
    return unavailable(code, text, error.retryable ? 5 : 60, error);
  }
  if (error instanceof DeploymentUnknown) return new HttpProblem(404, 'deployment-unknown', error.message);
  if (error instanceof AlreadyDecided) return new HttpProblem(409, 'already-decided', error.message);
  if (error instanceof IdempotencyKeyReused) return new HttpProblem(422, 'idempotency-key-reused', error.message);
  if (
    error instanceof LintTimeLimitExceeded ||
    error instanceof LintCrashed ||
    error instanceof UnsupportedServerVersion
  ) {
    return new HttpProblem(422, error.code, error.message, { cause: error });
  }
  if (error instanceof LintQueueFull) return unavailable(error.code, error.message, 5, error);
  if (error instanceof StoreUnavailable) return unavailable(error.code, error.message, 5, error);
  return (
    bodyProblem(error) ??
    pathProblem(error) ??
    storeProblem(error) ??
    new HttpProblem(500, 'internal', 'a bug in the gate; its log has the request id', { cause: error })
  );
}

export function unavailable(code: string, detail: string, retryAfterSeconds: number, cause?: unknown): HttpProblem {
  return new HttpProblem(503, code, detail, { headers: { 'Retry-After': String(retryAfterSeconds) }, cause });
}

// The types that body-parser gives its errors (github.com/expressjs/body-parser, "Errors").
function bodyProblem(error: unknown): HttpProblem | undefined {
  const { type, limit, message } = (error ?? {}) as { type?: string; limit?: number; message?: string };
  switch (type) {
    case 'entity.too.large':
      return new HttpProblem(
        413,
        'body-too-large',
        `the body is larger than ${limit} bytes; send fewer files a request`,
      );
    case 'entity.parse.failed':
      return new HttpProblem(400, 'malformed-json', `the body is not JSON: ${message}`);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new HttpProblem(415, 'unsupported-encoding', `${message}; send UTF-8, plain or gzip`);
    case 'request.aborted':
    case 'request.size.invalid':
      return new HttpProblem(400, 'body-incomplete', 'the body ended before its Content-Length');
    default:
      return undefined;
  }
}

/** The router's own errors: a percent sign in the path that begins no UTF-8 character. */
function pathProblem(error: unknown): HttpProblem | undefined {
  const malformed = error instanceof URIError || (error as { status?: unknown } | null | undefined)?.status === 400;
  if (!malformed) return undefined;
  return new HttpProblem(400, 'malformed-path', 'the path does not decode; percent-encode it as UTF-8', {
    cause: error,
  });
}

// Network errors of node-postgres; SQLSTATE classes 08 (connection), 57P (shutdown) and 53 (resources); and what another
// try may get past: 57014 (statement_timeout), 25P03 (idle in a transaction), 40P01 (deadlock), 40001 (serialisation).
function storeProblem(error: unknown): HttpProblem | undefined {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  const lost =
    /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|08...|57P..|53...|57014|25P03|40P01|40001)$/.test(
      code ?? '',
    ) || /Connection terminated|timeout exceeded when trying to connect/.test(message ?? '');
  return lost
    ? unavailable('store-unreachable', 'the database does not answer, or not in time; try again', 5, error)
    : undefined;
}
