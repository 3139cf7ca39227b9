import type { z } from 'zod';

/** One thing wrong with an input: where, what, and what would have been right. */
export interface InputProblem {
  readonly path: string;
  readonly message: string;
  readonly accepted?: readonly string[];
}

/** zod's issues for people: `services[0].checks.BeforeInstall[1]`, the value that was found, the values that fit. */
export function inputProblems(error: z.core.$ZodError, input: unknown): readonly InputProblem[] {
  return error.issues.flatMap((issue) => flatten(issue)).map((issue) => problemOf(issue, input));
}

// A union reports every branch that failed; the one that got furthest is the one that was meant.
function flatten(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const depth = (branch: readonly z.core.$ZodIssue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
  const [furthest] = [...issue.errors].sort((a, b) => depth(b) - depth(a));
  if (furthest === undefined || depth(furthest) === 0) return [issue];
  return furthest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(flatten);
}

function problemOf(issue: z.core.$ZodIssue, input: unknown): InputProblem {
  const path = pathText(issue.path);
  if (issue.code === 'invalid_value') {
    const accepted = issue.values.map(String);
    return { path, message: `${valueText(input, issue.path)}: not accepted; one of ${accepted.join(', ')}`, accepted };
  }
  if (issue.code === 'invalid_type') {
    const found = valueText(input, issue.path);
    return {
      path,
      message: found === 'nothing' ? `is missing; expected ${issue.expected}` : `${found}: expected ${issue.expected}`,
    };
  }
  return { path, message: issue.message };
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}

function valueText(input: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], input);
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
