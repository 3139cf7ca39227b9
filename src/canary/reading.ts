import { z } from 'zod';

/**
 * How a policy written for another tool reads our metric: its success rate in percent is our error ratio, its
 * milliseconds are our seconds.
 */
export const readings = ['value', 'complement', 'percent', 'complement-percent', 'milliseconds'] as const;
export type Reading = (typeof readings)[number];

export const readingSchema = z.enum(readings).default('value');

/** The number that the policy means: `complement` of an error ratio is the success ratio. */
export function readAs(reading: Reading, value: number): number {
  switch (reading) {
    case 'value':
      return value;
    case 'complement':
      return 1 - value;
    case 'percent':
      return 100 * value;
    case 'complement-percent':
      return 100 * (1 - value);
    case 'milliseconds':
      return 1000 * value;
  }
}
