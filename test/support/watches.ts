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

/**
 * Plays watches of an hour with a look each minute.
 * @returns for each watch the minute of the rollback, or null when there was none
 */
export function playWatches(count: number, traffic: Traffic, seed: number): (number | null)[] {
  const random = seeded(seed);
  const policy = canaryPolicy.parse({ settle: '0s', metrics: ['error-ratio'] });
  const span = { startedAt: at(0), endsAt: at(minutes) };
  return Array.from({ length: count }, () => {
    const canary = [];
    const baseline = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      const common = traffic.errorRatio * Math.exp((traffic.drift ?? 0) * normal(random));
      canary.push(draw(random, traffic.requestsPerMinute * traffic.share, common * traffic.factor));
      baseline.push(draw(random, traffic.requestsPerMinute * (1 - traffic.share), common));
      if (judge(policy, span, [observed({ canary, baseline })]).decision === 'rollback') return minute;
    }
    return null;
  });
}

function draw(random: () => number, mean: number, ratio: number) {
  const requests = poisson(random, mean);
  return { requests, errors: Math.min(requests, poisson(random, requests * ratio)) };
}
