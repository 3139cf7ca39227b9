/** The one source of time. Everything that needs "now" is given a clock; tests turn one by hand. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
