import { HttpProblem } from '../problem.ts';
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

/** `GET /readyz`: store and AWS answer, so that the gate can do its work. */
export function readyRoute(dependencies: readonly Dependency[]): Route {
  return {
    method: 'get',
    path: '/readyz',
    scopes: null,
    summary: 'Readiness: store and AWS reachable',
    async handle() {
      const answers = await Promise.all(
        dependencies.map(async ({ name, ask }) => [name, await ask().then(() => 'ok', messageOf)] as const),
      );
      const away = answers.filter(([, answer]) => answer !== 'ok');
      if (away.length === 0) return { status: 200, body: { status: 'ready', ...Object.fromEntries(answers) } };
      const detail = away.map(([name, answer]) => `${name}: ${answer}`).join('; ');
      throw new HttpProblem(503, 'not-ready', detail, { headers: { 'Retry-After': '5' } });
    },
  };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : String(cause);
}
