import type { Change } from './changes.ts';
import type { StatementFacts } from './statement.ts';

/**
 * `error`: blocks reads or writes of an existing table for a time that grows with its size, loses data, cannot run, or
 * breaks the version that is still running. `warning`: a short exclusive lock without a limit, a queue, a deadlock.
 * `info`: advice on types, style and upkeep; rules that give nothing else are off unless the configuration asks for them.
 */
export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** One migration of a safer way. */
export interface RemedyStep {
  /** Statements with the names and columns filled in, each ended by a semicolon; comments say what SQL cannot. */
  readonly sql: string;
  /** `outside`: the server refuses it in a transaction block, or it must commit between its statements. */
  readonly transaction: 'inside' | 'outside';
}

/** The safer way: the migrations to write instead, in the order in which they run, each in a release or file of its own. */
export type Remedy = readonly RemedyStep[];

/** What a rule found in one statement. */
export interface Finding {
  readonly severity: Severity;
  readonly message: string;
  /** The safer way: SQL with the statement's own names, ready to paste; a text where it is one migration or advice. */
  readonly fix: string | Remedy;
}

export interface Hazard extends Omit<Finding, 'fix'> {
  readonly rule: string;
  /** The safer way in the form of the framework: markers, comments and all. */
  readonly fix: string;
  /** The same, migration by migration; absent where `fix` is advice. */
  readonly remedy?: Remedy;
  readonly line: number;
  readonly column: number;
  /** Path of the rule's page in this project. */
  readonly docs: string;
  /** The same for the same rule on the same statement of a file, wherever it stands and however it is laid out. */
  readonly fingerprint: string;
  /** The reason given by `-- safety-gate: ignore <rule> <reason>`. Acknowledged hazards do not count for the verdict. */
  readonly acknowledged?: string;
  /** Where that stands. */
  readonly acknowledgedBy?: 'comment' | 'baseline';
}

export interface RuleExample {
  /** Statements that fire the rule. Files of one set; a string is a file. */
  readonly bad: readonly string[];
  readonly good: readonly string[];
  /** One that fires only on what stood there before, with the version or the settings that it takes. */
  readonly after?: {
    readonly history: string;
    readonly bad: string;
    readonly serverVersion?: string;
    readonly applicationOrder?: readonly (readonly string[])[];
  };
}

/** One danger. The id is the file's name; the examples are its tests and its page. */
export interface Rule {
  readonly id: string;
  readonly severities: readonly Severity[];
  readonly title: string;
  /** What production would feel, and why. */
  readonly why: string;
  readonly dialects: readonly ('postgresql' | 'mysql')[];
  /** Server majors that the rule applies to, both included; absent: all that are supported. */
  readonly versions?: { readonly from?: number; readonly to?: number };
  /** The only type of change that the rule looks at, and without which it is not asked; absent where it looks at more. */
  readonly of?: Change['type'];
  /** Documentation or source function behind the facts. */
  readonly source: string;
  readonly examples: RuleExample;
  readonly check: (facts: StatementFacts) => readonly Finding[];
}
