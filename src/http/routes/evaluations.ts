import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../database/store.ts';
import type { Changes } from '../../deployments/changes.ts';
import { type EvaluationRow, evaluationView, loadEvaluation } from '../../deployments/store.ts';
import { strictObject } from '../../input/strict-object.ts';
import { requireService } from '../auth.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly changes: Changes;
  readonly maxWaitSeconds: number;
}

/** Another replica may decide: without its announcement, a waiting request looks by itself this often. */
const lookEveryMilliseconds = 1000;

/** `GET /v1/evaluations/:id?wait=30`: the evaluation, now or when it is decided. */
export function evaluationRoute(parts: Parts): Route {
  const query = strictObject({ wait: z.coerce.number().min(0).max(parts.maxWaitSeconds).default(0) });
  return {
    method: 'get',
    path: '/v1/evaluations/:id',
    scopes: ['read', 'hook'],
    summary: 'An evaluation with its checks, verdicts and reasons; `wait` holds the answer until it is decided',
    query,
    async handle(call) {
      const id = call.params.id ?? '';
      const { wait } = read(query, call.query, 'the query');
      let row = await find(parts.db, id);
      requireService(call.principal, row.service ?? null);
      const until = parts.clock.now().getTime() + wait * 1000;
      while (row.verdict === 'pending' && parts.clock.now().getTime() < until && !call.signal.aborted) {
        const left = until - parts.clock.now().getTime();
        await parts.changes.next(id, Math.min(left, lookEveryMilliseconds));
        row = await find(parts.db, id);
      }
      return { status: 200, body: evaluationView(row) };
    },
  };
}

async function find(db: Database, id: string): Promise<EvaluationRow> {
  const row = await loadEvaluation(db, id);
  if (row === undefined) throw new HttpProblem(404, 'evaluation-not-found', `there is no evaluation "${id}"`);
  return row;
}
