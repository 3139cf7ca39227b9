import type { Findings } from './imported.ts';

/**
 * The weights of the groups that are left, so that they add up to 100 again: what is lost must not lower every score.
 * @param groups those that have a metric
 */
export function groupWeightsOf(
  given: Readonly<Record<string, number>>,
  groups: readonly string[],
  findings: Findings,
): Readonly<Record<string, number>> {
  const kept = Object.entries(given).filter(([group]) => groups.includes(group));
  const gone = Object.keys(given).filter((group) => !groups.includes(group));
  const open = groups.filter((group) => given[group] === undefined);
  const sum = kept.reduce((total, [, weight]) => total + weight, 0);
  if (gone.length > 0 && groups.length > 0) {
    const text = `${gone.map((group) => `"${group}"`).join(', ')}: no metric is left in it; its weight goes to the others`;
    findings.note(['classifier', 'groupWeights', gone[0] ?? ''], text);
  }
  const fits = open.length > 0 ? sum <= 100 : Math.abs(sum - 100) < 0.001;
  if (fits || sum === 0) return Object.fromEntries(kept);
  if (gone.length === 0) {
    findings.note(['classifier', 'groupWeights'], `the weights add up to ${sum}; they are scaled to 100`);
  }
  const room = open.length > 0 ? 100 * (kept.length / groups.length) : 100;
  const scaled = kept.map(([group, weight]) => [group, Math.round((weight * room * 100) / sum) / 100] as const);
  const rest = room - scaled.slice(0, -1).reduce((total, [, weight]) => total + weight, 0);
  return Object.fromEntries(
    scaled.map(([group, weight], at) => [group, at === scaled.length - 1 ? Math.round(rest * 100) / 100 : weight]),
  );
}
