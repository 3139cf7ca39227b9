import { z } from 'zod';
import { strictObject } from '../input/strict-object.ts';

/**
 * What data can be other than good. Each has a name, since no data are not good data, and an outcome that a policy may
 * choose: `fail` rolls back as harm does, `inconclusive` keeps from promotion while it lasts, `ignore` is only said.
 */
export const dataStates = {
  /** Nothing was observed yet. */
  'no-observation': 'inconclusive',
  /** CloudWatch has not answered in the whole watch. */
  'metrics-unavailable': 'inconclusive',
  /** CloudWatch lists no such metric: a mistake in the configuration. */
  'metric-unknown': 'inconclusive',
  /** The canary has had no requests. */
  'no-canary-traffic': 'inconclusive',
  /** Fewer requests than `minimumRequests`. */
  'too-few-requests': 'inconclusive',
  /** The canary had requests and has none any more. */
  'traffic-stopped': 'inconclusive',
  /** The canary's part of the requests is far from the weight that it was given. */
  'routing-broken': 'inconclusive',
  /** The baseline has nothing to compare with. */
  'baseline-missing': 'inconclusive',
  /** The baseline itself is beyond the limit. */
  'baseline-ill': 'inconclusive',
  /** Too many of the canary's periods have requests of which nobody knows how many failed or were slow. */
  'events-unknown': 'inconclusive',
  /** No response-time limit could be had from the baseline. */
  'limit-unknown': 'inconclusive',
  /** A metric had too few numbers. */
  'too-few-samples': 'inconclusive',
  /** A metric had numbers and has none any more. */
  'metric-stopped': 'inconclusive',
  /** CloudWatch sent NaN or Infinity. */
  'not-a-number': 'inconclusive',
  /** A metric was still warming up when the watch ended. */
  'warming-up': 'inconclusive',
  /** Single periods without a number, of a metric that goes on. */
  'points-missing': 'ignore',
  /** Periods that a later look saw with another number; they are judged again. */
  'points-revised': 'ignore',
  /** A number that only grows has fallen: its process began anew. That period is left out. */
  'counter-reset': 'ignore',
  /** Points from the future of the gate's clock; they are left out. */
  'clock-skew': 'inconclusive',
  /** A shared resource differs from its own past. */
  'shared-unusual': 'ignore',
} as const satisfies Readonly<Record<string, StateOutcome>>;

export type DataState = keyof typeof dataStates;
type StateOutcome = 'fail' | 'inconclusive' | 'ignore';

const outcome = z.enum(['fail', 'inconclusive', 'ignore']);
const outcomes = Object.fromEntries(Object.entries(dataStates).map(([name, usual]) => [name, outcome.default(usual)]));

/** `canary.onState`: an outcome for each state by its name; states that are not named keep their default. */
export const stateOutcomes = strictObject(
  outcomes as Record<DataState, z.ZodDefault<typeof outcome>>, // a line of each state, as above
).prefault({});
