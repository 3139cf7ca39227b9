import type { ReplayedCanary, ReplayTotals } from '../canary/replay/hours.ts';
import type { Split } from '../canary/replay/split.ts';
import type { StoredPast } from './replay-watches.ts';

/** What a replay found. */
export interface ReplayReport {
  readonly service: string;
  readonly from: string;
  readonly to: string;
  readonly periodSeconds: number;
  readonly canaryMinutes: number;
  readonly alpha: number;
  readonly split: Split & { readonly zones: readonly string[]; readonly seed: string };
  readonly totals: ReplayTotals;
  readonly worst: readonly ReplayedCanary[];
  readonly watches: StoredPast['watches'];
  /** Why the store's watches are not among them. */
  readonly storeUnread: string | null;
}

/** A replay for people. */
export function replayText(report: ReplayReport): string {
  const { service, from, to, totals, canaryMinutes, periodSeconds } = report;
  const rate =
    totals.judged === 0 ? '' : ` (${percent(totals.rolledBack / totals.judged)}; alpha is ${percent(report.alpha)})`;
  const lines = [
    `${service}, ${from} to ${to}: canaries of ${canaryMinutes} min, a point every ${periodSeconds} s; ${splitText(report)}`,
    `  ${totals.judged} judged: ${totals.rolledBack} rolled back${rate}, ${totals.promoted} promoted, ${totals.inconclusive} inconclusive`,
    ...(totals.withoutData > 0 ? [`  ${totals.withoutData} not judged, since there are no requests on record`] : []),
    ...(totals.tooMany ? ['  more were rolled back than alpha allows, beyond chance: the worst are below'] : []),
    ...report.worst.map(worstText),
    ...watchLines(report),
  ];
  return `${lines.join('\n')}\n`;
}

function splitText({ split }: ReplayReport): string {
  if (split.kind === 'zones') return `each zone in turn played the canary (${split.zones.join(', ')})`;
  return (
    `${percent(split.share)} of the requests, dealt by chance (seed "${split.seed}"), played the canary, ` +
    'so that noise of a side of its own is not in the figures'
  );
}

function worstText({ from, zone, verdict, minute, requests, reasons }: ReplayedCanary): string {
  const where = zone === null ? '' : ` ${zone}`;
  const when = minute === null ? '' : ` at minute ${minute}`;
  const why = reasons.map(({ text }) => text).join('; ');
  const sides = `${requests.canary} requests beside ${requests.baseline}`;
  return `  ${from}${where}  ${verdict}${when}  ${sides}${why === '' ? '' : `  ${why}`}`;
}

function watchLines({ watches, storeUnread }: ReplayReport): readonly string[] {
  if (storeUnread !== null) return [`watches in the store were not judged again: ${storeUnread}`];
  if (watches.length === 0) return ['the store has no watches of that time'];
  const changed = watches.filter(({ decided, replayed }) => decided !== replayed).length;
  return [
    `${watches.length} watches in the store, judged again with the policy of now: ${changed} end otherwise`,
    ...watches.map((one) => {
      const then = one.decided ?? 'still running';
      return `  ${one.startedAt}  ${one.deploymentId}  ${then}${then === one.replayed ? '' : `, now ${one.replayed}: ${one.reasons.join('; ')}`}`;
    }),
  ];
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))} %`;
}
