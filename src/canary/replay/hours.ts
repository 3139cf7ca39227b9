import type { Reason } from '../../reason.ts';
import { type Comparison, defaultPromoteSizes } from '../comparison.ts';
import type { ComparisonVerdict } from '../judge-comparison.ts';
import { streamOf } from '../simulation/random.ts';
import { binomialUpperTail } from '../statistics/binomial.ts';
import type { PastTraffic } from './past-traffic.ts';
import { pastCanaries, type Split } from './split.ts';

export interface ReplayPlan {
  readonly split: Split;
  /** Names the numbers by which requests are dealt: the same seed, the same replay. */
  readonly seed: string;
  readonly alpha: number;
  /** Length of a canary, and from one's begin to the next's. */
  readonly canaryPeriods: number;
  readonly everyPeriods: number;
  /** Periods before a canary that the judge is given; the past must begin so much earlier. */
  readonly historyPeriods: number;
}

/** What the judge would have said of a canary that began then. */
export interface ReplayedCanary {
  readonly from: string;
  readonly zone: string | null;
  readonly verdict: ComparisonVerdict['verdict'] | 'no-data';
  /** The minute of the rollback, from 1. */
  readonly minute: number | null;
  readonly metric: string | null;
  /** How far the evidence of harm was beyond the threshold in the end, in nats; below zero it stayed under. */
  readonly beyond: number | null;
  readonly requests: { readonly canary: number; readonly baseline: number };
  readonly reasons: readonly Reason[];
}

export interface ReplayTotals {
  readonly judged: number;
  readonly promoted: number;
  readonly rolledBack: number;
  readonly inconclusive: number;
  /** Canaries whose hour had no requests on record. */
  readonly withoutData: number;
  /** More would have been rolled back than alpha allows, beyond chance (one in twenty; exact binomial test). */
  readonly tooMany: boolean;
}

/** Judges a canary at every step of the past, as if one had run. */
export function replayHours(
  past: PastTraffic,
  plan: ReplayPlan,
  judge: (comparison: Comparison) => ComparisonVerdict,
): readonly ReplayedCanary[] {
  const length = Math.max(0, ...past.slices.map(({ errors }) => errors.length));
  const canaries = pastCanaries(past, plan.split, (start) => streamOf(plan.seed, start));
  const replayed: ReplayedCanary[] = [];
  for (let start = plan.historyPeriods; start + plan.canaryPeriods <= length; start += plan.everyPeriods) {
    for (const canary of canaries) {
      const metrics = canary.cut(start, plan.canaryPeriods, plan.historyPeriods);
      const from = new Date(past.from.getTime() + start * past.periodSeconds * 1000).toISOString();
      const policy = {
        alpha: plan.alpha,
        warmup: null,
        promote: defaultPromoteSizes,
        plannedPeriods: plan.canaryPeriods,
      };
      const told = { from, zone: canary.zone, requests: requestsOf(metrics) };
      replayed.push({ ...told, ...outcomeOf({ id: from, policy, metrics }, told.requests, past.periodSeconds, judge) });
    }
  }
  return replayed;
}

type Outcome = Omit<ReplayedCanary, 'from' | 'zone' | 'requests'>;

function outcomeOf(
  comparison: Comparison,
  requests: ReplayedCanary['requests'],
  periodSeconds: number,
  judge: (comparison: Comparison) => ComparisonVerdict,
): Outcome {
  if (requests.canary === 0 || requests.baseline === 0) {
    const text = 'no requests are on record: the service rested, or CloudWatch keeps nothing of that time any more';
    return { verdict: 'no-data', minute: null, metric: null, beyond: null, reasons: [{ code: 'no-data', text }] };
  }
  const { verdict, decidedAt, metric, evidence, reasons } = judge(comparison);
  const beyond = Math.max(...evidence.map(({ harm, threshold }) => harm - threshold));
  const found = verdict === 'rollback' && decidedAt !== null;
  return {
    verdict,
    minute: found ? ((decidedAt + 1) * periodSeconds) / 60 : null,
    metric,
    beyond: Number.isFinite(beyond) ? beyond : null,
    reasons,
  };
}

function requestsOf(metrics: Comparison['metrics']): ReplayedCanary['requests'] {
  const sum = (side: 'canary' | 'baseline') => {
    const [errors] = metrics;
    if (errors?.kind !== 'ratio') return 0;
    return errors[side].reduce((total, counts) => total + (counts?.total ?? 0), 0);
  };
  return { canary: sum('canary'), baseline: sum('baseline') };
}

/** Counts verdicts; those without data are none. */
export function totalsOf(replayed: readonly ReplayedCanary[], alpha: number): ReplayTotals {
  const count = (verdict: ReplayedCanary['verdict']) => replayed.filter((one) => one.verdict === verdict).length;
  const withoutData = count('no-data');
  const judged = replayed.length - withoutData;
  const rolledBack = count('rollback');
  return {
    judged,
    promoted: count('promote'),
    rolledBack,
    inconclusive: count('inconclusive') + count('continue'),
    withoutData,
    tooMany: binomialUpperTail(rolledBack, judged, alpha) < 0.05,
  };
}

/** Those with the most evidence of harm, the worst first. */
export function worstOf(replayed: readonly ReplayedCanary[], most: number): readonly ReplayedCanary[] {
  return replayed
    .filter(({ beyond }) => beyond !== null)
    .toSorted((one, other) => (other.beyond ?? 0) - (one.beyond ?? 0))
    .slice(0, most);
}
