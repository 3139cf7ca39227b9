import type { z } from 'zod';

/** One thing wrong with an input: where, what, and what would have been right. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
  readonly accepted?: readonly string[];
}

/** A problem as one line: where, then what. */
export function problemLine({ path, message }: InputProblem): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** zod's issues for people: `services[0].checks.BeforeInstall[1]`, the value that was found, the values that fit. */
export function inputProblems(error: z.core.$ZodError, input: unknown): readonly InputProblem[] {
  return error.issues.flatMap((issue) => meant(issue, input)).map((issue) => problemOf(issue, input));
}

/**
 * A union reports every branch that failed. The one that was meant has the input's shape: no stray and no missing field
 * at its own level. Where no branch does, the union's own message stands.
 */
function meant(issue: z.core.$ZodIssue, input: unknown): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branches = issue.errors.map((branch) =>
    branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap((inner) => meant(inner, input)),
  );
  const own = issue.path.length;
  const fitting = branches.filter((branch) =>
    branch.every(({ path }) => path.length > own && valueAt(input, path.slice(0, own + 1)) !== undefined),
  );
  if (fitting[0] !== undefined) return fitting[0];
  const words = branches.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  if (typeof valueAt(input, issue.path) !== 'string' || words.length === 0) return [issue];
  return [{ code: 'invalid_value', values: words, path: issue.path, message: issue.message, input: undefined }];
}

function problemOf(issue: z.core.$ZodIssue, input: unknown): InputProblem {
  const path = pathText(issue.path);
  if (issue.code === 'invalid_value') {
    const accepted = issue.values.map(String);
    const found = valueText(input, issue.path);
    const wrong = found === 'nothing' ? 'is missing' : `${found}: not accepted`;
    return { path, message: `${wrong}; one of ${accepted.join(', ')}`, accepted };
  }
  if (issue.code === 'invalid_type') {
    const found = valueText(input, issue.path);
    if (found === 'nothing') return { path, message: `is missing; expected ${issue.expected}` };
    // zod's own words begin like this; others are the schema's, and say the way out
    const own = issue.message.startsWith('Invalid input') ? `expected ${issue.expected}` : issue.message;
    return { path, message: `${found}: ${own}` };
  }
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return { path, message: `too short a list; ${issue.minimum} at least` };
  }
  const outside = issue.code === 'too_small' || issue.code === 'too_big' ? rangeText(issue) : undefined;
  if (outside !== undefined) return { path, message: `${valueText(input, issue.path)}: ${outside}` };
  return { path, message: issue.message };
}

/** A number outside its range; undefined where the schema has words of its own. */
function rangeText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string | undefined {
  if (!/^Too (small|big)/.test(issue.message) || !['number', 'int'].includes(issue.origin)) return undefined;
  if (issue.code === 'too_small')
    return issue.inclusive ? `write ${issue.minimum} or more` : `write more than ${issue.minimum}`;
  return issue.inclusive ? `write ${issue.maximum} or less` : `write less than ${issue.maximum}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

function valueText(input: unknown, path: readonly PropertyKey[]): string {
  const value = valueAt(input, path);
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | null | undefined)?.[step], input);
}
