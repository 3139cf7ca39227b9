import { judge } from '../../src/canary/judge.ts';
import { canaryPolicy } from '../../src/canary/policy.ts';
import { at, observed } from './observations.ts';
import { normal, poisson, seeded } from './random.ts';

export interface Traffic {
  readonly requestsPerMinute: number;
  /** The canary's part of the traffic. */
  readonly share: number;
  readonly errorRatio: number;
  /** How many times as often the canary's requests fail. */
  readonly factor: number;
  /** Standard deviation of the logarithm of the error rate that both sides share in a minute. */
  readonly drift?: number;
}

const minutes = 60;
const historyMinutes = 120;

/**
 * Plays watches of an hour; the judge's core looks at each minute.
 * @returns for each watch the minute of the rollback, or null when there was none
 */
export function playWatches(count: number, traffic: Traffic, seed: number): (number | null)[] {
  const random = seeded(seed);
  const policy = canaryPolicy.parse({ settle: '0s', metrics: ['error-ratio'] });
  const span = { startedAt: at(0), endsAt: at(minutes) };
  const rate = () => traffic.errorRatio * Math.exp((traffic.drift ?? 0) * normal(random));
  return Array.from({ length: count }, () => {
    const canary = [];
    const baseline = [];
    const history = Array.from({ length: historyMinutes }, () => draw(random, traffic.requestsPerMinute, rate()));
    for (let minute = 0; minute < minutes; minute += 1) {
      const common = rate();
      canary.push(draw(random, traffic.requestsPerMinute * traffic.share, common * traffic.factor));
      baseline.push(draw(random, traffic.requestsPerMinute * (1 - traffic.share), common));
    }
    const { decision, reasons } = judge(policy, span, [observed({ canary, baseline, history })]);
    if (decision !== 'rollback') return null;
    const decidedAt = reasons.find(({ code }) => code === 'errors-worse')?.decidedAt;
    return typeof decidedAt === 'number' ? decidedAt + 1 : minutes;
  });
}

function draw(random: () => number, mean: number, ratio: number) {
  const requests = poisson(random, mean);
  return { requests, errors: Math.min(requests, poisson(random, requests * ratio)) };
}
