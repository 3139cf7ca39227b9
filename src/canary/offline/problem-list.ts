import type { InputProblem } from '../../input/problems.ts';

/** Says that something at a path does not fit: what was found, and what would. */
export type Report = (path: string, message: string) => void;

export interface ProblemList {
  readonly report: Report;
  /** The first problems, and one more that counts the rest. */
  problems(): readonly InputProblem[];
}

/** A line with a million bad elements is wrong in one way, and nobody reads more of it. */
const mostProblems = 20;
const longestMessage = 400;

/** Gathers what is wrong with one line. Messages are cut, and made safe for a terminal: they quote what they complain of. */
export function createProblemList(): ProblemList {
  const kept: InputProblem[] = [];
  let found = 0;
  return {
    report(path, message) {
      found += 1;
      if (kept.length < mostProblems) kept.push({ path: safe(path), message: safe(message) });
    },
    problems() {
      if (found <= mostProblems) return kept;
      return [...kept, { path: '', message: `${found - mostProblems} more problems; mend these first` }];
    },
  };
}

function safe(text: string): string {
  const short = text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
  return short.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A value as a message quotes it: short whatever it is, and read no deeper than its surface. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

/** `is missing`, or the value; then the way out. */
export function misfit(value: unknown, wayOut: string): string {
  return value === undefined ? `is missing; ${wayOut}` : `${shown(value)}: ${wayOut}`;
}
