import { type LintRequest, lint } from './lint.ts';
import type { LintReport } from './report.ts';

/** Runs in a worker thread: the pool's one task. Plain data goes in and comes out. */
export default function lintTask(request: LintRequest): Promise<LintReport> {
  return lint(request);
}
