/**
 * How AllowTraffic moves production traffic.
 * (docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html)
 */
export type Shift =
  | { readonly kind: 'all-at-once' }
  | { readonly kind: 'canary'; readonly percent: number; readonly seconds: number }
  | { readonly kind: 'linear'; readonly percent: number; readonly seconds: number };

/** The new task set's weight, in percent, so many seconds after AllowTraffic began. */
export function greenWeight(shift: Shift, seconds: number): number {
  switch (shift.kind) {
    case 'all-at-once':
      return 100;
    case 'canary':
      return seconds < shift.seconds ? shift.percent : 100;
    case 'linear':
      return Math.min(100, shift.percent * (1 + Math.floor(seconds / shift.seconds)));
    default:
      return shift satisfies never;
  }
}

/** Seconds from the beginning of AllowTraffic until the weight changes next; null when all of it has moved. */
export function secondsOfNextStep(shift: Shift, seconds: number): number | null {
  if (greenWeight(shift, seconds) >= 100 || shift.kind === 'all-at-once') return null;
  return shift.kind === 'canary' ? shift.seconds : shift.seconds * (1 + Math.floor(seconds / shift.seconds));
}
