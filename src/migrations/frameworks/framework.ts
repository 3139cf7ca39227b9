import type { RemedyStep } from '../hazard.ts';
import type { SqlFile } from '../input.ts';

/** A file as it lies in the repository: SQL, or one of the small files beside it that say how it runs. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Where one migration framework keeps its migrations, in which order it runs them, and in which transactions. */
export interface Framework {
  /** As in `--framework`. */
  readonly id: string;
  readonly title: string;
  /** Names of the files without SQL that it reads (`metadata.toml`, `_journal.json`). */
  readonly sideFiles?: RegExp;
  /** True when paths or texts show that the files are this framework's; asked in the order of the list, plain SQL last. */
  readonly detect: (files: readonly SourceFile[]) => boolean;
  /** The migrations in the order in which they run. A file that only takes another one back becomes that one's `down`. */
  readonly arrange: (files: readonly SourceFile[]) => readonly SqlFile[];
  /** The text of a migration that holds one step of a safer way, with the framework's own markers. */
  readonly write: (step: RemedyStep) => string;
}
