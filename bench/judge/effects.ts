export const effectShapes = ['abrupt', 'later', 'creeping', 'intermittent', 'endpoint'] as const;

/** What a bad release does to a metric. */
export interface Effect {
  /** Factor on the errors' rate or on latency once it is there in full. */
  readonly factor: number;
  readonly shape: (typeof effectShapes)[number];
}

const laterOnset = 20;
const creepingPeriods = 20;
const onPeriods = 5;
const endpointPart = 0.2;

/** The period at which it begins. */
export function onsetOf({ shape }: Effect): number {
  return shape === 'later' ? laterOnset : 0;
}

/** The factor in a period of the canary, 0 being its first. */
export function effectAt(effect: Effect | null, period: number): number {
  if (effect === null) return 1;
  const { factor, shape } = effect;
  switch (shape) {
    case 'abrupt':
      return factor;
    case 'later':
      return period >= laterOnset ? factor : 1;
    case 'creeping':
      return factor ** Math.min(1, (period + 1) / creepingPeriods);
    case 'intermittent':
      return Math.floor(period / onPeriods) % 2 === 0 ? factor : 1;
    case 'endpoint':
      return 1 + endpointPart * (factor - 1);
  }
}
