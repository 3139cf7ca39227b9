import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { HttpProblem, toProblem, unavailable } from '../problem.ts';
import type { Route } from '../route.ts';

/** `GET /healthz`: the process lives. Says nothing about what it depends on. */
export const healthRoute: Route = {
  method: 'get',
  path: '/healthz',
  scopes: null,
  summary: 'Liveness',
  handle: async () => ({ status: 200, body: { status: 'ok' } }),
};

/** One thing that the gate depends on: resolves when it is there, rejects with the reason when not. */
export interface Dependency {
  readonly name: string;
  readonly ask: () => Promise<void>;
}

/** The question is open to all, so it costs AWS and the store one call in this time, however often it is asked. */
const answerHoldsMilliseconds = 5000;

/**
 * `GET /readyz`: store and AWS answer, so that the gate can do its work. Says which of them does not and by what code;
 * the words, which may tell accounts and addresses, go to the log.
 */
export function readyRoute(parts: {
  readonly dependencies: readonly Dependency[];
  readonly clock: Clock;
  readonly logger: Logger;
}): Route {
  const asks = parts.dependencies.map((dependency) => remembered(dependency, parts));
  return {
    method: 'get',
    path: '/readyz',
    scopes: null,
    summary: 'Readiness: store and AWS reachable',
    async handle() {
      const answers = await Promise.all(asks.map((ask) => ask()));
      const away = answers.filter(([, answer]) => answer !== 'ok');
      if (away.length === 0) return { status: 200, body: { status: 'ready', ...Object.fromEntries(answers) } };
      const detail = away.map(([name, answer]) => `${name}: ${answer}`).join('; ');
      throw new HttpProblem(503, 'not-ready', detail, { headers: { 'Retry-After': '5' } });
    },
  };
}

function remembered({ name, ask }: Dependency, { clock, logger }: { clock: Clock; logger: Logger }) {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<readonly [string, string]> | undefined;
  return () => {
    const now = clock.now().getTime();
    if (answer === undefined || now - askedAt >= answerHoldsMilliseconds) {
      askedAt = now;
      answer = Promise.race([ask(), tooLate(name)]).then(
        () => [name, 'ok'] as const,
        (cause: unknown) => {
          logger.warn({ err: cause, dependency: name }, 'not ready');
          return [name, toProblem(cause).status === 503 ? toProblem(cause).code : `${name}-unreachable`] as const;
        },
      );
    }
    return answer;
  };
}

/** Who asks for readiness does not wait for the last retry. */
const patienceMilliseconds = 4000;

function tooLate(name: string): Promise<never> {
  const problem = unavailable(`${name}-timed-out`, `${name} did not answer within ${patienceMilliseconds} ms`, 5);
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(problem), patienceMilliseconds).unref();
  });
}
