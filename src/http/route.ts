import type { z } from 'zod';
import { inputProblems, problemLine } from '../input/problems.ts';
import type { Scope } from '../tokens/token.ts';
import type { Principal } from './auth.ts';
import { HttpProblem } from './problem.ts';

export interface Call {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One resource's method: data for the router, the OpenAPI page and the reader alike. */
export interface Route {
  readonly method: 'get' | 'post';
  /** Express path, with `:name` for parameters. */
  readonly path: string;
  /** Any one of these scopes is enough; null: open to all (liveness). */
  readonly scopes: readonly Scope[] | null;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly handle: (call: Call) => Promise<Answer>;
}

/**
 * Reads a call's part against its schema.
 * @throws HttpProblem with every field that is wrong: 400 when the shape is (types, missing or unknown fields),
 * 422 when the shape is right and a value is not
 */
export function read<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = inputProblems(result.error, value);
  const misshapen = result.error.issues.some(({ code }) => shapeIssues.includes(code));
  const detail = `${what}: ${errors.map(problemLine).join('; ')}`;
  throw new HttpProblem(misshapen ? 400 : 422, misshapen ? 'malformed-request' : 'invalid-value', detail, { errors });
}

const shapeIssues: readonly string[] = ['invalid_type', 'unrecognized_keys', 'invalid_union'];
