import { z } from 'zod';

/** An object that takes the named fields and no others; a stray one is refused with the names that fit. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown ${issue.keys.length === 1 ? 'field' : 'fields'} ${issue.keys.map((key) => `"${key}"`).join(', ')}; accepted: ${Object.keys(shape).join(', ')}`
        : undefined,
  });
}
