import type { LintReport } from '../report.ts';

export interface RenderOptions {
  readonly colour: boolean;
}

/** One way of writing a report down. */
export interface Format {
  readonly name: string;
  /** Ends in a newline. */
  readonly render: (report: LintReport, options: RenderOptions) => string;
}
