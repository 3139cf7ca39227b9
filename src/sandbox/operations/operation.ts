import { z } from 'zod';
import type { World } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';

/** One operation of a service: takes the request's body, gives the answer's, or throws an AwsError. */
export type Operation = (world: World, input: unknown) => object;

export type Operations = Readonly<Record<string, Operation>>;

/** Fields that the schema does not name are ignored, as AWS ignores them. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (world: World, input: z.output<Schema>) => object,
): Operation {
  return (world, input) => {
    const result = schema.safeParse(input);
    if (!result.success) throw new AwsError('ValidationException', z.prettifyError(result.error));
    return run(world, result.data);
  };
}

/** Timestamps travel as seconds since 1970 with fractions. (smithy.io, timestampFormat epoch-seconds) */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** The same, and no field at all where there is no moment. */
export function momentOrNothing<Name extends string>(
  name: Name,
  milliseconds: number | null,
): Partial<Record<Name, number>> {
  return milliseconds === null ? {} : ({ [name]: seconds(milliseconds) } as Record<Name, number>); // TypeScript widens a computed key
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: { readonly nextToken?: string };
}

/** A page of a list; the token is the place where the next one starts. */
export function page<Item>(items: readonly Item[], token: string | undefined, size: number): Page<Item> {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0) {
    throw new AwsError('InvalidNextTokenException', `the next token ${token} was not given by this service`);
  }
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? { nextToken: String(end) } : {} };
}
