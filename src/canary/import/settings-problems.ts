import { inputProblems, problemLine } from '../../input/problems.ts';
import { thresholdSettings } from '../thresholds/settings.ts';
import type { Finding } from './imported.ts';
import { clashingNames, type MappedMetric } from './mapped-metric.ts';

/** What our own schema has against settings that were read from another tool's policy, before anything is written. */
export function settingsProblems(thresholds: object, metrics: readonly MappedMetric[]): readonly Finding[] {
  const { error } = thresholdSettings.safeParse(thresholds);
  const refused = error === undefined ? [] : inputProblems(error, thresholds).map(problemLine);
  const clashes = clashingNames(metrics).map(
    (name) => `two different metrics are both "${name}" here; rename one of them`,
  );
  return [...refused, ...clashes].map((text) => ({ line: null, text }));
}
