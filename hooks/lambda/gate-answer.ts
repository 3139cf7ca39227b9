/** The gate's 202: it evaluates, and reports to CodeDeploy by itself. */
export interface GateAnswer {
  readonly evaluationId: string;
  readonly verdict: 'pending' | 'pass' | 'fail';
}

/** No answer, or one that another attempt may better. */
export class GateUnreachable extends Error {
  override readonly name = 'GateUnreachable';
  retryAfterSeconds = 0;
}

/**
 * Reads the gate's answer.
 * @throws GateUnreachable for 408, 429, 5xx and a 2xx that is not the gate's; Error for what no further attempt changes
 */
export function gateAnswer(response: Pick<Response, 'status' | 'headers'>, text: string): GateAnswer {
  const { status } = response;
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    const { evaluationId, verdict } = body;
    if (typeof evaluationId === 'string' && (verdict === 'pending' || verdict === 'pass' || verdict === 'fail')) {
      return { evaluationId, verdict };
    }
    throw new GateUnreachable(`status ${status}, but not the gate's answer: ${text.slice(0, 120)}`);
  }
  // RFC 9457: the gate's errors are problem+json.
  const said = typeof body.detail === 'string' ? body.detail : text.slice(0, 120);
  const message = `it answered ${status}${said === '' ? '' : `: ${said}`}`;
  if (status !== 408 && status !== 429 && status < 500) throw new Error(message);
  const unreachable = new GateUnreachable(message);
  const seconds = Number(response.headers.get('retry-after'));
  unreachable.retryAfterSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
  throw unreachable;
}

export function isWorthAnotherTry(error: unknown): boolean {
  return error instanceof GateUnreachable;
}

export function retryAfterSeconds(error: unknown): number {
  return error instanceof GateUnreachable ? error.retryAfterSeconds : 0;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // not the gate: a proxy's page, say
  }
}
