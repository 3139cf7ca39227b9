import type { LookCost } from '../canary/power/look-cost.ts';
import { priceSource } from '../canary/power/look-cost.ts';
import type { CanaryPlan } from '../canary/power/plan.ts';
import { meanTraffic, type PlannedCanary } from '../canary/power/planned-canary.ts';

/** A plan for people. */
export function planText(planned: PlannedCanary, plan: CanaryPlan, cost: LookCost): string {
  const { requestsPerMinute, errorRatio } = meanTraffic(planned.traffic);
  const { share, minutes, alpha, metrics, increase } = planned;
  const which = metrics === 1 ? 'errors alone' : `errors the main one of ${metrics} metrics`;
  const lines: (readonly [string, string])[] = [
    ['found with 95 %', detectable(plan, errorRatio)],
    ...plan.regressions.map(({ factor, found, medianMinute }): [string, string] => {
      const when = medianMinute === null ? '' : `, half of them by minute ${medianMinute}`;
      return [`errors x${factor}`, `${percent(found)} found${when}`];
    }),
    ['a healthy canary', healthy(plan)],
    [`for x${increase} with 95 %`, plan.powered ? 'nothing more is needed' : remedies(plan, planned)],
    ['CloudWatch', costText(cost)],
    ['noise', noise(planned)],
  ];
  const title = `A canary of ${percent(share)} of ${round(requestsPerMinute)} requests a minute for ${minutes} min, ${percent(errorRatio)} failing, alpha ${percent(alpha)}, ${which}:`;
  return `${title}\n${lines.map(([name, text]) => `  ${name.padEnd(18)} ${text}\n`).join('')}`;
}

function detectable({ detectable }: CanaryPlan, errorRatio: number): string {
  if (detectable === null) return 'nothing: not even a canary that fails every request is found that often';
  const { factor } = detectable;
  return `errors x${factor} or more: ${percent(errorRatio)} to ${percent(Math.min(1, errorRatio * factor))}`;
}

function healthy({ healthy: { promoted, inconclusive, rolledBack } }: CanaryPlan): string {
  return `${percent(promoted)} promoted, ${percent(inconclusive)} inconclusive, ${percent(rolledBack)} rolled back`;
}

function remedies({ remedies }: CanaryPlan, { minutes, share }: PlannedCanary): string {
  const ways = [
    ...(remedies?.minutes == null ? [] : [`${remedies.minutes} min at ${percent(share)}`]),
    ...(remedies?.share == null ? [] : [`${percent(remedies.share)} for ${minutes} min`]),
  ];
  if (ways.length > 0) return ways.join(', or ');
  return 'neither a day at this share nor half of the traffic is enough; look for a larger regression with --increase';
}

function costText({ metricsPerLook, looks, metricsRequested, dollars }: LookCost): string {
  return `${metricsPerLook} metrics a look, ${looks} looks: ${metricsRequested} requested, $${dollars.toFixed(4)} (${priceSource})`;
}

function noise({ traffic }: PlannedCanary): string {
  return traffic.source === 'rates'
    ? 'counting noise only; --history plays the noise of your own minutes, and finds less'
    : `as in ${traffic.minutes.length} recorded minutes, both sides alike`;
}

function percent(part: number): string {
  return `${round(part * 100)} %`;
}

function round(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
