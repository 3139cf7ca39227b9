import type { Reason } from '../reason.ts';
import type { Counts, Periods } from './comparison.ts';
import { logSum } from './statistics/log-sum.ts';

/** A part of requests that a canary must not pass, whatever the baseline does. */
export interface CountRail {
  readonly metric: string;
  /** In (0, 1): a quarter is 0.25. */
  readonly limit: number;
  /** How often a canary exactly at the limit may be ended over all looks: small, since the limit is a policy. */
  readonly alpha: number;
  readonly plannedPeriods: number;
}

/** Where between the limit and 1 the true part may lie, if it is beyond; each as likely as the others. */
const beyond = [0.05, 0.1, 0.2, 0.3, 0.4, 0.55, 0.7, 0.85, 0.95];

/** The part of the prior that has the limit passed from the start; the rest is spread over later periods. */
const fromStart = 0.5;

/** Takes in the canary's next period; returns the reason to end it once, and as long as, its limit is surely passed. */
export type CountGuard = (counts: Counts | null) => Reason | null;

/**
 * Watches whether more than `limit` of the canary's requests are events. The evidence is a mixture, over parts beyond
 * the limit and over the period in which they began, of binomial likelihood ratios against the limit itself. Each ratio
 * grows with the events, so it is a supermartingale under every part up to the limit, and Ville's inequality bounds by
 * alpha the chance that it ever reaches 1/alpha (Ramdas and others 2023, section 3; Howard and others 2021).
 */
export function createCountGuard({ metric, limit, alpha, plannedPeriods }: CountRail): CountGuard {
  const parts = beyond.map((way) => limit + way * (1 - limit));
  let logs: readonly number[] = parts.map(() => Math.log(fromStart / parts.length));
  const birth = Math.log((1 - fromStart) / (parts.length * Math.max(1, plannedPeriods - 1)));
  let run: Counts = { events: 0, total: 0 };
  let isFirst = true;
  return (counts) => {
    if (!isFirst) logs = logs.map((log) => logSum([log, birth]));
    isFirst = false;
    if (counts === null || counts.total === 0) return null;
    logs = logs.map((log, at) => log + logRatio(counts, parts[at] ?? limit, limit));
    // What the reason shows: the newest periods in a row that are above the limit.
    const { events, total } = counts;
    run = events > limit * total ? { events: run.events + events, total: run.total + total } : { events: 0, total: 0 };
    const evidence = logSum(logs);
    if (run.total === 0 || evidence < -Math.log(alpha)) return null;
    const text = `${metric}: ${run.events} of ${run.total} requests, ${percent(run.events / run.total)}, surely above the limit of ${percent(limit)}`;
    return { code: 'guard-rail-counts', text, metric, ...run, limit, evidence };
  };
}

/** ln of how much likelier the counts are where `part` of requests are events than where `limit` are. */
function logRatio({ events, total }: Counts, part: number, limit: number): number {
  return events * Math.log(part / limit) + (total - events) * Math.log((1 - part) / (1 - limit));
}

/** A limit that a gauge or a percentile must not pass in `needed` of its newest `among` periods. */
export interface LevelRail {
  readonly metric: string;
  readonly limit: number;
  readonly side: 'above' | 'below';
  /** k of n: a single point is noise, and a missing one is not beyond. */
  readonly needed: number;
  readonly among: number;
  /** Both versions report the same resource. */
  readonly shared: boolean;
}

/** Says whether k of the newest n values are beyond the limit. */
export function levelBeyond(values: Periods<number>, rail: LevelRail): Reason | null {
  const { metric, limit, side, needed, among, shared } = rail;
  const out = valuesBeyond(values, rail);
  if (out.length < needed || needed < 1) return null;
  const text = `${metric}: ${out.map(shown).join(', ')} of the last ${among} periods ${side} the limit of ${shown(limit)}${blame(shared)}`;
  return { code: 'guard-rail-level', text, metric, values: out, limit, needed, among, shared };
}

function valuesBeyond(values: Periods<number>, { limit, side, among }: Omit<LevelRail, 'metric'>): readonly number[] {
  return values
    .slice(-Math.max(1, among))
    .filter((value) => value !== null)
    .filter((value) => (side === 'above' ? value > limit : value < limit));
}

/** A resource that can be full. */
export interface Capacity {
  readonly metric: string;
  /** What it holds at most, in the values' unit: max_connections, the pool's size, 100 for percent. */
  readonly capacity: number;
  readonly needed: number;
  readonly among: number;
  readonly shared: boolean;
}

/** Parts of a capacity that warn, and that fail. */
const saturationParts = { warn: 0.8, fail: 0.95 } as const;

export interface Saturation {
  readonly level: keyof typeof saturationParts;
  readonly reason: Reason;
}

/**
 * Says whether a resource is nearly full in k of its newest n periods. One that both versions share may be full of
 * anything: the reason says that it may not be the release.
 */
export function saturation(values: Periods<number>, resource: Capacity): Saturation | null {
  const { metric, capacity, needed, among, shared } = resource;
  for (const level of ['fail', 'warn'] as const) {
    const part = saturationParts[level];
    // Full to the part itself is as bad as beyond it, for numbers that are whole.
    const full = values.slice(-Math.max(1, among)).filter((value) => value !== null && value >= part * capacity);
    const newestFull = full.at(-1);
    if (typeof newestFull !== 'number' || full.length < needed) continue;
    const text = `${metric}: ${shown(newestFull)} of ${shown(capacity)}, ${percent(newestFull / capacity)} in ${full.length} of the last ${among} periods; ${percent(part)} ${level === 'fail' ? 'fails' : 'warns'}${blame(shared)}`;
    const code = level === 'fail' ? 'saturated' : 'nearly-saturated';
    return { level, reason: { code, text, metric, values: full, capacity, limit: part * capacity, shared } };
  }
  return null;
}

function blame(shared: boolean): string {
  return shared ? '; both versions share it, so it may not be the release: see what else changed' : '';
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(part: number): string {
  return `${shown(100 * part)} %`;
}
