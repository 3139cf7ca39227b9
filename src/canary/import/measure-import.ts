import { parseDuration } from '../../config/duration.ts';
import { mannWhitneySettings } from '../mann-whitney/settings.ts';
import { thresholdSettings } from '../thresholds/settings.ts';
import type { ImportedPolicy } from './imported.ts';
import { type PlayedTraffic, playedMetric } from './played-values.ts';
import { type PlayedPolicy, type RollbackRate, rollbackRate, unplayable } from './rollback-rate.ts';

/** What an imported policy does, measured. */
export interface MeasuredImport {
  /** On healthy canaries; null where nothing of it can be played. */
  readonly rate: RollbackRate | null;
  /** The part of canaries with twice the errors that it rolls back; null where it does not judge errors. */
  readonly doubled: number | null;
  /** The part of healthy canaries that Kayenta rolls back, which needs no least number of points; null for others. */
  readonly fromFirstPoint: number | null;
  /** Runs of these two: fewer, since nobody's decision hangs on their second digit. */
  readonly furtherRuns: number;
  /** Metrics that could not be played. */
  readonly leftOut: readonly string[];
}

/** An hour is enough to compare by, and the cost grows with the square of the minutes. */
const mostMinutes = 60;

const mostFurtherRuns = 500;

/** Plays the policy at the given traffic. The judges' own schemas read its settings: what is played is what will run. */
export function measureImport(
  canary: NonNullable<ImportedPolicy['canary']>,
  imported: ImportedPolicy,
  traffic: PlayedTraffic,
  runs: number,
): MeasuredImport {
  const policy = playedPolicy(canary);
  const metrics = [...new Map(imported.metrics.map((one) => [one.name, playedMetric(one)])).values()];
  const seconds = typeof canary.duration === 'string' ? (parseDuration(canary.duration) ?? 3600) : 3600;
  const minutes = Math.min(mostMinutes, Math.round(seconds / 60));
  const leftOut = policy.judge === 'thresholds' ? unplayable(metrics, traffic) : [];
  const furtherRuns = Math.min(runs, mostFurtherRuns);
  const further = (played: PlayedPolicy, errorFactor: number) =>
    rollbackRate(played, metrics, traffic, { runs: furtherRuns, minutes, errorFactor })?.rolledBack ?? null;
  const rate = rollbackRate(policy, metrics, traffic, { runs, minutes, errorFactor: 1 });
  const errors = metrics.some(({ is }) => is === 'error-ratio');
  const first = fromFirstPoint(policy);
  return {
    rate,
    doubled: rate !== null && errors ? further(policy, 2) : null,
    fromFirstPoint: first === null ? null : further(first, 1),
    furtherRuns,
    leftOut,
  };
}

function playedPolicy({ judge, mannWhitney, thresholds }: NonNullable<ImportedPolicy['canary']>): PlayedPolicy {
  if (judge === 'mann-whitney') return { judge, settings: mannWhitneySettings.parse(mannWhitney) };
  return { judge: 'thresholds', settings: thresholdSettings.parse(thresholds) };
}

function fromFirstPoint(policy: PlayedPolicy): PlayedPolicy | null {
  if (policy.judge !== 'mann-whitney' || policy.settings.minimumPoints === 1) return null;
  return { ...policy, settings: { ...policy.settings, minimumPoints: 1 } };
}
