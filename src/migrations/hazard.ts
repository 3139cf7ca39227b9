import type { StatementFacts } from './statement.ts';

/**
 * `error`: blocks reads or writes of an existing table for a time that grows with its size, loses data, cannot run, or
 * breaks the version that is still running. `warning`: a short exclusive lock without a limit, a queue, a deadlock.
 */
export type Severity = 'error' | 'warning';

/** What a rule found in one statement. */
export interface Finding {
  readonly severity: Severity;
  readonly message: string;
  /** The safer way: SQL with the statement's own names, ready to paste. */
  readonly fix: string;
}

export interface Hazard extends Finding {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  /** Path of the rule's page in this project. */
  readonly docs: string;
  /** The reason given by `-- safety-gate: ignore <rule> <reason>`. Acknowledged hazards do not count for the verdict. */
  readonly acknowledged?: string;
}

export interface RuleExample {
  /** Statements that fire the rule. Files of one set; a string is a file. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** One danger. The id is the file's name; the examples are its tests and its page. */
export interface Rule {
  readonly id: string;
  readonly severities: readonly Severity[];
  readonly title: string;
  /** What production would feel, and why. */
  readonly why: string;
  readonly dialects: readonly ('postgresql' | 'mysql')[];
  /** Documentation or source function behind the facts. */
  readonly source: string;
  readonly examples: RuleExample;
  readonly check: (facts: StatementFacts) => readonly Finding[];
}
