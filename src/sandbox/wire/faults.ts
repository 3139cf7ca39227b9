import { AwsError } from './aws-error.ts';

export type FaultKind = 'throttle' | 'server-error' | 'access-denied' | 'hang' | 'slow' | 'answer-lost';

export interface Fault {
  /** The operation's name, such as `GetDeployment`; `*` is any. */
  readonly operation: string;
  /** `answer-lost` carries the operation out and closes the connection: the caller cannot know that it was done. */
  readonly kind: FaultKind;
  /** How many calls it meets; then it is over. */
  readonly times: number;
  /** For `slow`: how much later the answer comes. Real time: the client's own limits are real, too. */
  readonly delayMs?: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
}

export interface FaultPlan extends Faults {
  /** The fault that this call meets, if any; it counts as met. */
  take(operation: string): Fault | null;
}

export function createFaults(): FaultPlan {
  const planned: { readonly fault: Fault; left: number }[] = [];
  return {
    add: (fault) => void planned.push({ fault, left: fault.times }),
    clear: () => void planned.splice(0),
    take(operation) {
      const met = planned.find(
        ({ fault, left }) => left > 0 && (fault.operation === operation || fault.operation === '*'),
      );
      if (met === undefined) return null;
      met.left -= 1;
      return met.fault;
    },
  };
}

/**
 * What AWS answers in place of the operation; null for faults of time, which answer late or never.
 * (docs.aws.amazon.com/codedeploy/latest/APIReference/CommonErrors.html)
 */
export function errorOf(fault: Fault, operation: string): AwsError | null {
  switch (fault.kind) {
    case 'throttle':
      return new AwsError('ThrottlingException', 'Rate exceeded');
    case 'server-error':
      return new AwsError('InternalFailure', 'The request processing has failed because of an unknown error', 500);
    case 'access-denied':
      return new AwsError('AccessDeniedException', `User is not authorized to perform: ${operation}`);
    case 'hang':
    case 'slow':
    case 'answer-lost':
      return null;
    default:
      return fault.kind satisfies never;
  }
}
