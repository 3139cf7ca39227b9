import { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type GateAnswer, GateUnreachable, gateAnswer, isWorthAnotherTry, retryAfterSeconds } from './gate-answer.ts';

/**
 * What CodeDeploy calls a hook's Lambda function with; the lifecycle event's name is not in it.
 * (docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html)
 */
export interface CodeDeployHookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

/** The part of Lambda's context that is used: without it a handler takes 30 s for its own. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type LambdaHandler = (event: CodeDeployHookEvent, context?: LambdaContext) => Promise<GateAnswer>;

export interface HookParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Numbers in [0, 1), for the jitter. */
  readonly random: () => number;
  readonly fetch: typeof fetch;
  readonly wait: (seconds: number) => Promise<void>;
  /** Tells CodeDeploy that the hook failed. */
  readonly reportFailed: (event: CodeDeployHookEvent) => Promise<void>;
}

const attemptSeconds = 8;
const maxAttempts = 5;
/** Without Lambda's context. With it, what is left of the function's time, less what the report of a failure may take. */
const usualBudgetSeconds = 30;
const reportReserveSeconds = 12;

/**
 * A Lambda handler for one lifecycle event. It asks the gate, which evaluates and reports to CodeDeploy by itself, and
 * ends. When the gate cannot be asked, it fails closed: reports `Failed` itself, then throws. When even that fails, it
 * throws, and CodeDeploy fails the deployment after an hour without an answer.
 *
 * @throws Error with what happened and what to do; the token is in no message
 */
export function createHook(lifecycleEvent: string, parts: HookParts = realParts()): LambdaHandler {
  return async (event, context) => {
    try {
      return await askGate(lifecycleEvent, event, parts, context);
    } catch (cause) {
      const why = `The deployment safety gate could not be asked about ${lifecycleEvent} of ${event.DeploymentId}: ${messageOf(cause)}`;
      try {
        await parts.reportFailed(event);
      } catch (second) {
        throw new Error(
          `${why}. Reporting Failed to CodeDeploy did not work either (${messageOf(second)}); CodeDeploy fails the ` +
            'deployment when an hour has passed without an answer.',
          { cause },
        );
      }
      throw new Error(`${why}. Reported Failed to CodeDeploy.`, { cause });
    }
  };
}

async function askGate(
  lifecycleEvent: string,
  event: CodeDeployHookEvent,
  parts: HookParts,
  context: LambdaContext | undefined,
): Promise<GateAnswer> {
  const request = gateRequest(lifecycleEvent, event, parts.env);
  const left = context === undefined ? usualBudgetSeconds : context.getRemainingTimeInMillis() / 1000;
  const budgetSeconds = context === undefined ? left : Math.max(1, left - reportReserveSeconds);
  const start = parts.clock.now().getTime();
  const secondsLeft = () => budgetSeconds - (parts.clock.now().getTime() - start) / 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await oneAttempt(request, parts.fetch, Math.min(attemptSeconds, Math.max(0.1, secondsLeft())));
    } catch (cause) {
      const pause = Math.max(retryAfterSeconds(cause), parts.random() * Math.min(8, 2 ** (attempt - 1)));
      if (!isWorthAnotherTry(cause) || attempt === maxAttempts || pause >= secondsLeft()) {
        throw attempt === 1 ? cause : new Error(`${messageOf(cause)} (${attempt} attempts)`, { cause });
      }
      await parts.wait(pause);
    }
  }
}

interface GateRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function gateRequest(lifecycleEvent: string, event: CodeDeployHookEvent, env: HookParts['env']): GateRequest {
  const base = env.SAFETY_GATE_URL ?? '';
  const token = env.SAFETY_GATE_TOKEN ?? '';
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new Error(`SAFETY_GATE_URL "${base}" is no http or https URL; set it in the function's environment`);
  }
  // RFC 6750, 2.1: b64token. Anything else could end the header and begin another.
  if (!/^[A-Za-z0-9._~+/=-]*$/.test(token)) {
    throw new Error("SAFETY_GATE_TOKEN is no bearer token; set it in the function's environment");
  }
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  return {
    url: `${base.replace(/\/+$/, '')}/v1/hooks/codedeploy`,
    // A gate without tokens (loopback only) asks for none; any other answers 401 to a call without.
    headers: token === '' ? json : { ...json, authorization: `Bearer ${token}` },
    body: JSON.stringify({
      DeploymentId: event.DeploymentId,
      LifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      LifecycleEvent: lifecycleEvent,
    }),
  };
}

async function oneAttempt(request: GateRequest, fetchGate: typeof fetch, seconds: number): Promise<GateAnswer> {
  const { url, headers, body } = request;
  const signal = AbortSignal.timeout(Math.ceil(seconds * 1000));
  let response: Response;
  let text: string;
  try {
    // A redirect is not followed: the token is meant for the gate only.
    response = await fetchGate(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    text = await response.text();
  } catch (cause) {
    const what = signal.aborted ? `no answer within ${seconds} s` : messageOf(cause);
    throw new GateUnreachable(`${new URL(url).origin}: ${what}`, { cause });
  }
  return gateAnswer(response, text);
}

/** `fetch failed` says little; its cause has the network's word. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error && error.message === 'fetch failed' ? `: ${messageOf(error.cause)}` : '';
  return `${error.message || error.name}${inner}`;
}

function realParts(): HookParts {
  let client: CodeDeployClient | undefined;
  return {
    env: process.env,
    clock: systemClock,
    random: Math.random,
    fetch,
    wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    reportFailed: async ({ DeploymentId, LifecycleEventHookExecutionId }) => {
      client ??= new CodeDeployClient({ maxAttempts: 3 });
      const command = new PutLifecycleEventHookExecutionStatusCommand({
        deploymentId: DeploymentId,
        lifecycleEventHookExecutionId: LifecycleEventHookExecutionId,
        status: 'Failed',
      });
      await client.send(command, { abortSignal: AbortSignal.timeout((reportReserveSeconds - 2) * 1000) });
    },
  };
}
