import { z } from 'zod';
import type { SourceDocument } from './source-text.ts';

const withArgs = z.looseObject({
  spec: z.looseObject({
    args: z.array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).nullish() })),
  }),
});

/** The template with `{{args.NAME}}` filled in, wherever it has a value for the argument itself. */
export function withArguments(document: SourceDocument): SourceDocument {
  const parsed = withArgs.safeParse(document.value);
  if (!parsed.success) return document; // no arguments; what else is wrong is found when the template is read
  const values = new Map(
    parsed.data.spec.args.flatMap(({ name, value }) =>
      value === undefined || value === null ? [] : [[name, String(value)] as const],
    ),
  );
  return { ...document, value: filled(document.value, values) };
}

function filled(value: unknown, values: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{\{\s*args\.([\w.-]+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole);
  }
  if (Array.isArray(value)) return value.map((one) => filled(one, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, values)]));
}
