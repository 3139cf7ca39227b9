import { gamma, normal, pareto, type Random } from './random.ts';

/**
 * How the rate of errors (or the level of latency) moves without anybody's fault: a Markov chain, so that the same code
 * makes the traffic and lets the oracle follow it. `state` is `size` numbers.
 */
export interface Process {
  readonly size: number;
  /** Deterministic given its beginning (a time of day): the oracle is told its path instead of guessing it. */
  readonly known: boolean;
  /** Each minute is drawn anew: what was tells nothing of what comes. */
  readonly memoryless: boolean;
  start(random: Random, state: Float64Array): void;
  step(random: Random, state: Float64Array): void;
  /** ln of the factor on the rate; the factor's mean is 1 where nothing else is said. */
  logRate(state: Float64Array): number;
}

function oneNumber(
  start: (random: Random) => number,
  step: (random: Random, x: number) => number,
  logRate: (x: number) => number,
  kind: { readonly known?: boolean; readonly memoryless?: boolean } = {},
): Process {
  return {
    size: 1,
    known: kind.known ?? false,
    memoryless: kind.memoryless ?? false,
    start: (random, state) => {
      state[0] = start(random);
    },
    step: (random, state) => {
      state[0] = step(random, state[0] ?? 0);
    },
    logRate: (state) => logRate(state[0] ?? 0),
  };
}

function fresh(draw: (random: Random) => number): Process {
  return oneNumber(draw, draw, (x) => x, { memoryless: true });
}

/** Each minute a gamma factor with this coefficient of variation: the negative binomial's noise. */
export function gammaNoise(variation: number): Process {
  const shape = variation ** -2;
  return fresh((random) => Math.log(Math.max(gamma(random, shape) / shape, 1e-12)));
}

/** Each minute a log-normal factor. */
export function logNormalNoise(deviation: number): Process {
  return fresh((random) => deviation * normal(random) - deviation ** 2 / 2);
}

/** Each minute a Pareto factor of mean 1. */
export function paretoNoise(shape: number): Process {
  const logMean = Math.log(shape / (shape - 1));
  return fresh((random) => Math.log(pareto(random, shape)) - logMean);
}

/** AR(1) on the log rate: stationary deviation, and the minutes after which correlation has fallen to 1/e. */
export function drift(deviation: number, memoryMinutes: number): Process {
  const phi = Math.exp(-1 / memoryMinutes);
  const push = deviation * Math.sqrt(1 - phi * phi);
  return oneNumber(
    (random) => deviation * normal(random),
    (random, x) => phi * x + push * normal(random),
    (x) => x - deviation ** 2 / 2,
  );
}

/** Bursts: on for `minutes` on average, off for `every`, the rate is `factor` times as high while on. */
export function bursts(factor: number, minutes: number, every: number): Process {
  return oneNumber(
    (random) => (random() < minutes / (minutes + every) ? 1 : 0),
    (random, on) => (on === 1 ? (random() < 1 / minutes ? 0 : 1) : random() < 1 / every ? 1 : 0),
    (on) => on * Math.log(factor),
  );
}

/** A sine over the day that begins at any time of it; the rate at its height is exp(2 amplitude) of that at its depth. */
export function diurnal(amplitude: number, dayMinutes = 1440): Process {
  return oneNumber(
    (random) => random() * dayMinutes,
    (_, minute) => minute + 1,
    (minute) => amplitude * Math.sin((2 * Math.PI * minute) / dayMinutes),
    { known: true },
  );
}

/** On and off like a job that runs every `every` minutes for `minutes`; its phase is random. */
export function squareWave(factor: number, minutes: number, every: number): Process {
  return oneNumber(
    (random) => Math.floor(random() * every),
    (_, minute) => (minute + 1) % every,
    (minute) => (minute < minutes ? Math.log(factor) : 0),
    { known: true },
  );
}

/** A new level now and then (a customer's import begins, a feature is switched): normal on the log scale. */
export function steps(deviation: number, every: number): Process {
  return oneNumber(
    (random) => deviation * normal(random),
    (random, x) => (random() < 1 / every ? deviation * normal(random) : x),
    (x) => x,
  );
}

/** Retry storms: a jump by up to `factor` that halves every two minutes. */
export function storms(factor: number, every: number): Process {
  const jump = (random: Random) => (random() < 1 / every ? (factor - 1) * (0.5 + 0.5 * random()) : 0);
  return oneNumber(
    jump,
    (random, height) => Math.max(height * Math.SQRT1_2, jump(random)),
    (height) => Math.log1p(height),
  );
}

/** Hosts of which each has a drift of its own; a side is the mean of its hosts. */
export function hostNoise(hosts: number, deviation: number, memoryMinutes: number): Process {
  const one = drift(deviation, memoryMinutes);
  const each = (state: Float64Array, act: (own: Float64Array) => void) => {
    for (let host = 0; host < hosts; host += 1) act(state.subarray(host, host + 1));
  };
  return {
    size: hosts,
    known: false,
    memoryless: false,
    start: (random, state) => each(state, (own) => one.start(random, own)),
    step: (random, state) => each(state, (own) => one.step(random, own)),
    logRate: (state) => {
      let sum = 0;
      for (let host = 0; host < hosts; host += 1) sum += Math.exp((state[host] ?? 0) - deviation ** 2 / 2);
      return Math.log(sum / hosts);
    },
  };
}
