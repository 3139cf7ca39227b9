import type { MeasuredImport } from './measure-import.ts';
import type { PlayedTraffic } from './played-values.ts';
import type { RollbackRate } from './rollback-rate.ts';

/** A part of 1 in percent, with the digits that so many runs carry. */
export function percent(part: number): string {
  const value = 100 * part;
  if (value >= 99.5 && value < 100) return `${Math.min(99.9, Number(value.toFixed(1)))} %`; // never all of them
  return `${value === 0 || value >= 10 ? Math.round(value) : Number(value.toPrecision(2))} %`;
}

const counts = new Intl.NumberFormat('en-US');

/**
 * What an imported policy does to healthy releases, in a sentence.
 * @param traffic `assumed` where nobody told it
 * @param alpha the most that our own judge rolls back
 */
export function rateSentence(
  rate: RollbackRate,
  traffic: PlayedTraffic & { readonly assumed?: boolean },
  alpha: number,
): string {
  const { rolledBack, inconclusive, runs, minutes, every } = rate;
  const looked = every === 1 ? 'each minute' : `each ${every} minutes`;
  const latency = traffic.latencySeconds === null ? '' : `, median response ${shortTime(traffic.latencySeconds)}`;
  const load = `${counts.format(traffic.requestsPerMinute)} requests/min, ${percent(traffic.canaryShare)} canary, ${percent(traffic.errorRatio)} errors${latency}`;
  const span = minutes === 60 ? 'an hour' : `${minutes} minutes`;
  const open = inconclusive === 0 ? '' : `, and ends inconclusive for ${percent(inconclusive)}`;
  return `Looked at ${looked} at ${traffic.assumed === true ? 'an assumed' : 'your'} traffic (${load}), this policy rolls back ${percent(rolledBack)} of healthy releases in ${span}${open} (${counts.format(runs)} runs); ours: at most ${percent(alpha)}.`;
}

/** What it finds, and what it does where Kayenta would begin: a policy that rolls nobody back is not good for that alone. */
export function furtherSentences({
  doubled,
  fromFirstPoint,
  furtherRuns,
}: Pick<MeasuredImport, 'doubled' | 'fromFirstPoint' | 'furtherRuns'>): readonly string[] {
  const runs = `(${counts.format(furtherRuns)} runs)`;
  return [
    ...(doubled === null
      ? []
      : [`Of releases whose errors double it rolls back ${percent(doubled)} in that time ${runs}.`]),
    ...(fromFirstPoint === null
      ? []
      : [
          `From the first point on, as Kayenta judges (minimumPoints: 1), it rolls back ${percent(fromFirstPoint)} of healthy ones ${runs}.`,
        ]),
  ];
}

/** What the figure leaves out, and how to have it in. */
export function leftOutSentence(leftOut: readonly string[]): string | null {
  if (leftOut.length === 0) return null;
  const latency = leftOut.some((name) => name.startsWith('latency-'))
    ? '; give --latency 200ms, the median response time'
    : '';
  return `Not in the figure: ${leftOut.join(', ')}, whose usual level is not known${latency}.`;
}

function shortTime(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds} s`;
}
