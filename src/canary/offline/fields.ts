import { z } from 'zod';
import { didYouMean } from '../../input/nearest.ts';
import { misfit, type Report, shown } from './problem-list.ts';

/** What JSON calls an object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One value that must fit; what does not is answered with what was found and the way out, read no deeper than its surface. */
export function fitting<T>(fits: (value: unknown) => value is T, wayOut: string) {
  return z.custom<T>(fits, { error: ({ input }) => misfit(input, wayOut) });
}

/** @returns whether a value is a number (finite) for which `fits` holds */
export function numberThat(fits: (value: number) => boolean) {
  return (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && fits(value);
}

/** One of the words. */
export function wordOf<const Word extends string>(words: readonly Word[]) {
  const isWord = (value: unknown): value is Word => words.includes(value as Word); // includes() compares, whatever it is given
  return fitting(isWord, `write one of ${words.map((word) => JSON.stringify(word)).join(', ')}`);
}

export const flag = fitting((value) => typeof value === 'boolean', 'write true or false, or leave it out');

/** Reads the named fields of an object with a schema for them; stray fields are refused with the names that fit. */
export function readFields<Shape extends z.ZodObject>(
  object: JsonObject,
  schema: Shape,
  path: string,
  report: Report,
): z.output<Shape> | undefined {
  const picked = Object.fromEntries(Object.keys(schema.shape).map((field) => [field, object[field]]));
  const read = schema.safeParse(picked);
  if (read.success) return read.data;
  for (const issue of read.error.issues) report(inside(path, issue.path.map(String).join('.')), issue.message);
  return undefined;
}

/** Refuses what is not among the fields. A key `__proto__` is a key like any other: JSON.parse makes it so. */
export function refuseStrayFields(object: JsonObject, fields: readonly string[], path: string, report: Report): void {
  const stray = Object.keys(object).filter((key) => !fields.includes(key));
  const [first] = stray;
  if (first === undefined) return;
  const listed = stray.slice(0, 3).map(shown).join(', ');
  const more = stray.length > 3 ? ` and ${stray.length - 3} more` : '';
  const what = stray.length === 1 ? 'unknown field' : 'unknown fields';
  report(path, `${what} ${listed}${more}${didYouMean(first, fields)}; accepted: ${fields.join(', ')}`);
}

/** A field's path below another: `metrics[2].name`. */
export function inside(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
