/** A source of numbers in [0, 1), as Math.random is one. */
export type Random = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): the same seed gives the same sandbox, request for request. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A stream of its own, so that drawing an id does not change the traffic that follows. */
export function fork(random: Random): Random {
  return seededRandom(Math.floor(random() * 2 ** 32));
}

/** Standard normal (Box and Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** How many of `count` independent trials succeed. Above 2,000 trials the normal approximation is exact enough. */
export function binomial(random: Random, count: number, probability: number): number {
  if (probability <= 0 || count <= 0) return 0;
  if (probability >= 1) return count;
  const spread = Math.sqrt(count * probability * (1 - probability));
  if (count > 2000 && spread > 5) {
    return Math.min(count, Math.max(0, Math.round(count * probability + spread * normal(random))));
  }
  let successes = 0;
  for (let trial = 0; trial < count; trial++) if (random() < probability) successes++;
  return successes;
}
