import { lookMannWhitney } from '../mann-whitney/judge.ts';
import type { MannWhitneySettings } from '../mann-whitney/settings.ts';
import type { PeriodValues } from '../period-values.ts';
import { streamOf } from '../simulation/random.ts';
import { judgeThresholds } from '../thresholds/judge.ts';
import type { ThresholdSettings } from '../thresholds/settings.ts';
import { type PlayedMetric, type PlayedTraffic, playCanary } from './played-values.ts';

/** A judge with its settings, as it is played. */
export type PlayedPolicy =
  | { readonly judge: 'mann-whitney'; readonly settings: MannWhitneySettings }
  | { readonly judge: 'thresholds'; readonly settings: ThresholdSettings };

export interface RollbackRate {
  readonly runs: number;
  readonly minutes: number;
  /** Minutes between two looks. */
  readonly every: number;
  /** The part of the canaries that are rolled back, looked at as the policy says. */
  readonly rolledBack: number;
  /** The part that end inconclusive. */
  readonly inconclusive: number;
  /** The part that are rolled back when they are judged once, at the end. */
  readonly rolledBackAtEnd: number;
  /** Names of metrics that were left out: limits on a level that nobody told. */
  readonly leftOut: readonly string[];
}

/**
 * How often a policy rolls back: plays canaries at the given traffic and judges them with the very judge that the service
 * runs. The same arguments give the same figure.
 * @param metrics all that the policy judges by
 * @param options.minutes how long each canary is watched, one period a minute; options.errorFactor 1 for healthy ones
 * @returns null where none of its metrics can be played
 */
export function rollbackRate(
  policy: PlayedPolicy,
  metrics: readonly PlayedMetric[],
  traffic: PlayedTraffic,
  { runs, minutes, errorFactor }: { readonly runs: number; readonly minutes: number; readonly errorFactor: number },
): RollbackRate | null {
  const { playable, leftOut } = playablePart(policy, metrics, traffic);
  if (playable === null) return null;
  const known = metrics.filter(({ name }) => !leftOut.includes(name));
  let [rolledBack, inconclusive, rolledBackAtEnd] = [0, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    const values = playCanary(known, traffic, { minutes, errorFactor }, streamOf('imported policy', run));
    const end = watch(playable, values, minutes);
    if (end === 'rollback') rolledBack += 1;
    if (end === 'inconclusive') inconclusive += 1;
    if (decide(playable, values, true) === 'rollback') rolledBackAtEnd += 1;
  }
  const share = (count: number) => count / runs;
  return {
    runs,
    minutes,
    every: everyOf(playable),
    rolledBack: share(rolledBack),
    inconclusive: share(inconclusive),
    rolledBackAtEnd: share(rolledBackAtEnd),
    leftOut,
  };
}

/** A look each minute; the judge itself skips those that its settings leave out. */
function watch(policy: PlayedPolicy, values: readonly PeriodValues[], minutes: number) {
  for (let minute = 1; minute <= minutes; minute += 1) {
    const soFar = values.map(({ name, canary, baseline }) => ({
      name,
      canary: canary.slice(0, minute),
      baseline: baseline.slice(0, minute),
    }));
    const decision = decide(policy, soFar, minute === minutes);
    if (decision !== 'continue') return decision;
  }
  return 'inconclusive';
}

function decide(policy: PlayedPolicy, values: readonly PeriodValues[], ended: boolean) {
  switch (policy.judge) {
    case 'mann-whitney':
      return lookMannWhitney(policy.settings, values, ended, 'class').decision;
    case 'thresholds':
      return judgeThresholds(policy.settings, values, ended).decision;
  }
}

/** Limits on these cannot be played: nobody told what their usual level is. */
export function unplayable(metrics: readonly PlayedMetric[], { latencySeconds }: PlayedTraffic): readonly string[] {
  return metrics
    .filter(({ is }) => is === 'level' || (is === 'latency' && latencySeconds === null))
    .map(({ name }) => name);
}

/** Comparisons can be played at any level; a limit only where the level is known. */
function playablePart(
  policy: PlayedPolicy,
  metrics: readonly PlayedMetric[],
  traffic: PlayedTraffic,
): { playable: PlayedPolicy | null; leftOut: readonly string[] } {
  if (policy.judge === 'mann-whitney') return { playable: policy, leftOut: [] };
  const leftOut = unplayable(metrics, traffic);
  const kept = ({ metric }: { readonly metric: string }) => !leftOut.includes(metric);
  const { settings } = policy;
  if (settings.style === 'ranges') {
    const ranges = settings.ranges.filter(kept);
    return { playable: ranges.length === 0 ? null : { ...policy, settings: { ...settings, ranges } }, leftOut };
  }
  const conditions = settings.conditions.filter(kept);
  return { playable: conditions.length === 0 ? null : { ...policy, settings: { ...settings, conditions } }, leftOut };
}

function everyOf(policy: PlayedPolicy): number {
  if (policy.judge === 'mann-whitney') return policy.settings.every;
  if (policy.settings.style === 'ranges') return policy.settings.every;
  return Math.min(...policy.settings.conditions.map(({ every }) => every ?? 1));
}
