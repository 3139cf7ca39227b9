import type { Clock } from '../../clock.ts';
import type { Traffic } from '../../providers/provider.ts';
import type { Observation, Point, Sides } from '../observation.ts';
import type { CanaryPolicy } from '../policy.ts';
import type { CloudWatchMetrics } from './cloudwatch.ts';
import { knownLimits, limitsOf } from './limits.ts';
import type { FindUnknown } from './listing.ts';
import { limitQuestions, type MetricTargets, type Question, questionsOf, responseMetric } from './questions.ts';
import { historyWindow, windowsOf } from './windows.ts';

/** What a look's questions depend on. */
export interface LookPlan {
  readonly policy: CanaryPolicy;
  /** Null while nothing is known of the deployment's place. */
  readonly targets: MetricTargets | null;
  readonly startedAt: Date;
  readonly earlier: readonly Observation[];
  readonly traffic: Traffic | null;
}

export type AskLook = (plan: LookPlan) => Promise<Omit<Observation, 'surroundings'>>;

/**
 * Asks what a look asks: first, once, the limits beyond which a request is slow, since the questions need them; then
 * everything else. A metric that has never had a number is looked for in CloudWatch's list.
 */
export function createAskLook(parts: {
  readonly clock: Clock;
  readonly metrics: CloudWatchMetrics;
  readonly findUnknown: FindUnknown;
}): AskLook {
  return async ({ policy, targets, startedAt, earlier, traffic }) => {
    const weights = traffic === null ? null : { baseline: traffic.baseline.weight, canary: traffic.canary.weight };
    const now = parts.clock.now();
    const learned = await learnLimits(parts.metrics, { policy, targets, startedAt, earlier, now });
    const questions = targets === null ? [] : questionsOf(policy, targets, learned.limits);
    const windows = windowsOf(policy, questions, startedAt, earlier, now);
    const seen = await parts.metrics.observe(questions, windows, weights);
    const points = [...learned.points, ...seen.points];
    const silent = neverSeen(policy, questions, [...earlier.flatMap((one) => one.points), ...points]);
    return {
      ...seen,
      hosts: hostsOf(traffic),
      limits: learned.limits,
      unknownMetrics: silent.length === 0 ? [] : await parts.findUnknown(silent),
      points,
      asked: [...learned.asked, ...(seen.asked ?? [])],
    };
  };
}

/**
 * The baseline's percentiles: of the time before the watch; where that has none (a first release, a new target group), of
 * the watch's own first periods.
 */
async function learnLimits(
  metrics: CloudWatchMetrics,
  plan: Omit<LookPlan, 'traffic'> & { readonly now: Date },
): Promise<Required<Pick<Observation, 'limits' | 'points' | 'asked'>>> {
  const { policy, targets, earlier } = plan;
  const limits = limitsOf(policy, knownLimits(earlier), []);
  const questions = targets === null ? [] : limitQuestions(policy, targets, limits);
  const window = limitWindow(plan);
  if (questions.length === 0 || window.from >= window.to) return { limits, points: [], asked: [] };
  const { points, asked = [] } = await metrics.observe(questions, [window], null);
  return { limits: limitsOf(policy, limits, points), points, asked };
}

function limitWindow({ policy, startedAt, earlier, now }: Omit<LookPlan, 'traffic'> & { readonly now: Date }) {
  const { periodSeconds, settleSeconds } = policy;
  const period = periodSeconds * 1000;
  const begin = Math.floor(startedAt.getTime() / period) * period;
  const before = historyWindow(policy, begin);
  const asked = earlier.some(({ points }) => points.some(({ metric }) => metric.startsWith(responseMetric(''))));
  if (before.from < before.to && !asked) return before;
  const settled = Math.floor((now.getTime() - settleSeconds * 1000) / period) * period;
  return { phase: 'watch' as const, from: new Date(begin), to: new Date(settled), periodSeconds };
}

/** Questions about a team's own metrics, and about those that it requires, that no look has had a number for. */
function neverSeen({ metrics }: CanaryPolicy, questions: readonly Question[], points: readonly Point[]) {
  const gauges = new Set(
    metrics.flatMap((metric) => (metric.kind === 'gauge' && metric.required ? [metric.name] : [])),
  );
  const seen = new Set(points.flatMap(({ metric, value }) => (value === null ? [] : [metric])));
  return questions.filter(({ metric, side }) => gauges.has(metric) && side !== 'canary' && !seen.has(metric));
}

function hostsOf(traffic: Traffic | null): Sides | null {
  const { baseline, canary } = traffic ?? {};
  if (baseline === undefined || canary === undefined) return null;
  return baseline.tasks === null || canary.tasks === null ? null : { baseline: baseline.tasks, canary: canary.tasks };
}
