import type { Evaluation } from '../../deployments/evaluation.ts';
import type { DeploymentStory } from '../../deployments/story.ts';
import type { Rollback } from '../../rollback/rollback.ts';

/** The gate as a CI job and an operator use it: over HTTP, with a token. */
export interface GateClient {
  /** What CI does for every build: the image tag is the revision. */
  postMigrations(service: string, revision: string, files: readonly MigrationFile[]): Promise<{ verdict: string }>;
  rollBack(deploymentId: string, reason: string, idempotencyKey: string): Promise<Rollback>;
  readRollback(id: string): Promise<Rollback>;
  readEvaluation(id: string): Promise<Evaluation>;
  /** Null while the gate has not heard of the deployment. */
  readStory(deploymentId: string): Promise<DeploymentStory | null>;
}

export interface MigrationFile {
  readonly path: string;
  readonly sql: string;
}

export function createGateClient(baseUrl: string, token: string): GateClient {
  const ask = async (path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    return { path, status: response.status, text: await response.text() };
  };
  return {
    postMigrations: async (service, revision, files) =>
      answer(await ask('/v1/migrations/reports', { service, revision, files })),
    rollBack: async (deploymentId, reason, key) =>
      answer(await ask('/rollback', { deploymentId, reason }, { 'idempotency-key': key })),
    readRollback: async (id) => answer(await ask(`/v1/rollbacks/${id}`)),
    readEvaluation: async (id) => answer(await ask(`/v1/evaluations/${id}`)),
    readStory: async (deploymentId) => {
      const got = await ask(`/v1/deployments/${deploymentId}`);
      return got.status === 404 ? null : answer(got);
    },
  };
}

/** The gate's own types: both ends are of one build. */
function answer<T>({ path, status, text }: { path: string; status: number; text: string }): T {
  if (status < 200 || status > 299) throw new Error(`the gate answered ${status} to ${path}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}
