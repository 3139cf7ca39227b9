import { findWatch } from '../../canary/store.ts';
import type { Database } from '../../database/store.ts';
import { requireService } from '../auth.ts';
import { HttpProblem } from '../problem.ts';
import type { Route } from '../route.ts';

/**
 * `GET /v1/watches/:id`: the decision sheet. By the watch's id or its deployment's: the policy, and of each look what was
 * asked, what came, the evidence and the decision.
 */
export function watchRoute(db: Database): Route {
  return {
    method: 'get',
    path: '/v1/watches/:id',
    scopes: ['read'],
    summary: 'The decision sheet of a canary watch: numbers asked for and received, evidence, thresholds, verdicts',
    async handle(call) {
      const id = call.params.id ?? '';
      const watch = await findWatch(db, id);
      if (watch === undefined) {
        throw new HttpProblem(
          404,
          'watch-not-found',
          `the gate has no watch "${id}", and none of a deployment "${id}"`,
        );
      }
      requireService(call.principal, watch.service);
      return { status: 200, body: watch };
    },
  };
}
