import type { RemedyStep } from '../hazard.ts';
import type { DownMigration, SourceFile, SqlFile, UnreadableFile } from '../input.ts';
import type { Dialect, ReportProblem } from '../report.ts';

export type { SourceFile } from '../input.ts';

/** A migration as its framework sees it. */
export interface Migration extends SqlFile {
  /** What must be unlike that of every other migration; absent where names are just names. */
  readonly version?: string | undefined;
  /** Runs anew whenever its text changes, behind all versions. */
  readonly repeatable?: boolean | undefined;
}

export interface Arrangement {
  /** In the order in which they run. A file that only takes another one back is that one's `down`. */
  readonly migrations: readonly Migration[];
  /** Down migrations whose up is not among the files. */
  readonly lone?: readonly DownMigration[];
  /** What was there before all migrations: a dump of the schema. */
  readonly snapshots?: readonly SqlFile[];
  /** Files of SQL that are the framework's and run by nothing (sqitch's verify scripts). */
  readonly idle?: readonly string[];
  readonly problems?: readonly ReportProblem[];
  /** Migrations of which nothing can be judged. */
  readonly unreadable?: readonly UnreadableFile[];
}

/** Where one migration framework keeps its migrations, in which order it runs them, and in which transactions. */
export interface Framework {
  /** As in `--framework`. */
  readonly id: string;
  readonly title: string;
  /** For docs/frameworks.md, one line each. */
  readonly page: {
    readonly files: string;
    readonly order: string;
    readonly transaction: string;
    readonly source: string;
  };
  /** Names of the files without SQL that it reads (`metadata.toml`, `_journal.json`), the last part of a path. */
  readonly sideFiles?: RegExp;
  /** Its migrations in another language: by what is in them, and how to get SQL out of it. */
  readonly code?: { readonly pattern: RegExp; readonly advice: string };
  /**
   * How many of the SQL files it takes for its own, by path, text and the files beside them; the one with the most wins,
   * the first in the list when they are even.
   */
  readonly claim: (files: readonly SourceFile[]) => number;
  readonly arrange: (files: readonly SourceFile[], dialect: Dialect) => Arrangement;
  /** True where psql runs the files, so that `\\i` puts another file in its place. */
  readonly psql?: boolean;
  /** The text of a migration that holds one step of a safer way, with the framework's own markers. */
  readonly write: (step: RemedyStep) => string;
}
