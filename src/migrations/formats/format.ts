import type { LintReport } from '../report.ts';

export interface RenderOptions {
  readonly colour: boolean;
  /** List each statement with its locks, rewrites, scans and index builds, whether or not it has hazards. */
  readonly effects?: boolean;
  /** Text of a file of the report, for the lines that a format shows; undefined where it is not at hand. */
  readonly sourceOf?: (path: string) => string | undefined;
}

/** One way of writing a report down. */
export interface Format {
  /** Ends in a newline. */
  readonly render: (report: LintReport, options: RenderOptions) => string;
  /** What a CI system shows beside the output itself: GitHub's job summary. */
  readonly jobSummary?: (report: LintReport, options: RenderOptions) => string;
}
