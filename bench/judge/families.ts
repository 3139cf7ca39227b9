import { type Counting, fixedClusters, geometricClusters, independent, linearExcess } from './counting.ts';
import {
  bursts,
  diurnal,
  drift,
  gammaNoise,
  hostNoise,
  logNormalNoise,
  type Process,
  paretoNoise,
  squareWave,
  steps,
  storms,
} from './processes.ts';

/** `fitted`: shapes that the judge's model contains, for tuning; `held-out`: shapes that it does not. */
export const familySets = ['fitted', 'held-out'] as const;
export type FamilySet = (typeof familySets)[number];

/** Healthy noise. Each side, and each of the baseline's slices, has an instance of its own of `own`. */
export interface Noise {
  readonly shared: readonly Process[];
  readonly own: readonly Process[];
  readonly counting: Counting;
  /** The part of the minutes that CloudWatch never tells, each side by itself. */
  readonly missing: number;
  /** Noise of single hosts: how many hosts there are, and each one's drift. */
  readonly hosts: { readonly count: number; readonly deviation: number; readonly memoryMinutes: number } | null;
}

export interface Family {
  readonly name: string;
  readonly set: FamilySet;
  /** The noise shows in an hour of the baseline's history; where it does not, no judge can know of it. */
  readonly shown: boolean;
  readonly noise: Noise;
}

const quiet: Noise = { shared: [], own: [], counting: independent, missing: 0, hosts: null };

function fitted(name: string, noise: Partial<Noise>): Family {
  return { name, set: 'fitted', shown: true, noise: { ...quiet, ...noise } };
}

function heldOut(name: string, noise: Partial<Noise>, shown = true): Family {
  return { name, set: 'held-out', shown, noise: { ...quiet, ...noise } };
}

/** Twenty hosts whose error rates drift by a third, each by itself. */
const twentyHosts = { count: 20, deviation: 0.5, memoryMinutes: 30 };

export const families: readonly Family[] = [
  fitted('poisson', {}),
  fitted('overdispersed-shared', { shared: [gammaNoise(0.4)] }),
  fitted('overdispersed-own', { own: [gammaNoise(0.3)] }),
  fitted('overdispersed-own-much', { own: [gammaNoise(0.7)] }),
  fitted('linear-excess', { counting: linearExcess(2) }),
  fitted('clusters-of-six', { counting: fixedClusters(6) }),
  fitted('clusters-geometric', { counting: geometricClusters(4) }),
  fitted('rate-noise-five-minutes-shared', { shared: [drift(0.5, 5)] }),
  fitted('rate-noise-five-minutes-own', { own: [drift(0.3, 5)] }),
  fitted('drift-shared', { shared: [drift(0.5, 30)] }),
  fitted('drift-shared-slow', { shared: [drift(0.7, 120)] }),
  fitted('drift-own', { own: [drift(0.2, 20)] }),
  fitted('drift-own-and-overdispersed', { own: [drift(0.15, 10), gammaNoise(0.2)] }),
  fitted('drift-shared-and-overdispersed', { shared: [drift(0.4, 20)], own: [gammaNoise(0.3)] }),
  fitted('frequent-bursts-shared', { shared: [bursts(3, 4, 15)] }),
  fitted('frequent-bursts-own', { own: [bursts(2.5, 2, 12)] }),
  fitted('missing-minutes', { missing: 0.1 }),
  fitted('missing-minutes-drift', { missing: 0.1, shared: [drift(0.4, 20)] }),
  heldOut('diurnal', { shared: [diurnal(0.8)] }),
  heldOut('diurnal-fast', { shared: [diurnal(0.6, 180)] }),
  heldOut('heavy-tailed-own', { own: [logNormalNoise(0.7)] }),
  heldOut('heavy-tailed-shared', { shared: [logNormalNoise(0.9)] }),
  heldOut('pareto-shared', { shared: [paretoNoise(2.2)] }),
  heldOut('pareto-own', { own: [paretoNoise(3)] }),
  heldOut('square-wave-shared', { shared: [squareWave(3, 5, 15)] }),
  heldOut('square-wave-own', { own: [squareWave(2, 2, 10)] }),
  heldOut('steps-shared', { shared: [steps(0.6, 20)] }),
  heldOut('retry-storms-shared', { shared: [storms(8, 15)] }),
  heldOut('retry-storms-own', { own: [storms(3, 10)] }),
  heldOut('clusters-of-twenty', { counting: geometricClusters(20) }),
  heldOut('hosts-told', { hosts: twentyHosts }),
  heldOut('hosts-untold', { hosts: twentyHosts }, false),
  heldOut('rare-bursts-own', { own: [bursts(4, 5, 300)] }, false),
  heldOut('rare-bursts-shared', { shared: [bursts(8, 5, 300)] }, false),
];

export function familyOf(name: string): Family {
  const family = families.find((one) => one.name === name);
  if (family === undefined) {
    throw new RangeError(`family "${name}": not known; known are ${families.map((one) => one.name).join(', ')}`);
  }
  return family;
}

/** The processes of a side of so many hosts. */
export function ownProcesses(noise: Noise, hosts: number): readonly Process[] {
  if (noise.hosts === null) return noise.own;
  return [...noise.own, hostNoise(hosts, noise.hosts.deviation, noise.hosts.memoryMinutes)];
}
