import {
  type Comparison,
  type Counts,
  defaultPromoteSizes,
  type MetricSeries,
  type Periods,
} from '../../src/canary/comparison.ts';
import type { Cell, MetricPlan } from './cell.ts';
import type { Value } from './channels.ts';
import { effectAt } from './effects.ts';
import { type Noise, ownProcesses } from './families.ts';
import { drift, type Process } from './processes.ts';
import { poisson, type Random, streamOf } from './random.ts';

/** What the judge is not told, and the oracle is. */
export interface Truth {
  readonly metrics: readonly {
    /** ln of the factor by what runs like a clock, a minute, the history's minutes first. */
    readonly known: Float64Array;
    readonly knownOfCanary: Float64Array;
    readonly knownOfBaseline: Float64Array;
  }[];
  readonly loads: Loads;
}

export interface Played {
  readonly comparison: Comparison;
  readonly truth: Truth;
}

/** Requests a minute, the history's minutes first; the canary has none in those. */
export interface Loads {
  readonly canary: readonly number[];
  /** One row for each slice of the baseline. */
  readonly slices: readonly (readonly number[])[];
  readonly baseline: readonly number[];
}

/** One canary of the cell: the same cell, run and alpha give the same numbers everywhere. */
export function play(cell: Cell, run: number, alpha = 0.01): Played {
  const random = streamOf(cell.id, run);
  const minutes = cell.history + cell.periods;
  const loads = drawLoads(cell, random, minutes);
  const together = cell.correlated ? pathOf(cell.family.noise.shared, random, minutes) : null;
  const missing = {
    canary: missingMinutes(random, minutes, cell.family.noise.missing),
    baseline: missingMinutes(random, minutes, cell.family.noise.missing),
  };
  const played = cell.metrics.map((plan) => {
    const shared = together ?? pathOf(cell.family.noise.shared, random, minutes);
    return playMetric({ cell, plan, random, loads, shared, missing, minutes });
  });
  const policy = { alpha, warmup: null, promote: defaultPromoteSizes, plannedPeriods: cell.periods };
  return {
    comparison: { id: `${cell.id}#${run}`, policy, metrics: played.map(({ series }) => series) },
    truth: { metrics: played.map(({ known }) => known), loads },
  };
}

/** How many of the hosts are the canary's. */
export function hostsOf(cell: Cell): { readonly canary: number; readonly baseline: number } {
  const count = cell.family.noise.hosts?.count ?? 2;
  const canary = Math.min(count - 1, Math.max(1, Math.round(count * cell.share)));
  return { canary, baseline: count - canary };
}

/** Requests come and go by a tenth with a memory of half an hour, then as Poisson arrivals. */
function drawLoads(cell: Cell, random: Random, minutes: number): Loads {
  const level = pathOf([drift(0.1, 30)], random, minutes).all;
  const rows = (part: (minute: number) => number) =>
    Array.from({ length: minutes }, (_, minute) =>
      poisson(random, cell.requestsPerMinute * part(minute) * Math.exp(level[minute] ?? 0)),
    );
  const canary = rows((minute) => (minute < cell.history ? 0 : cell.share));
  const baselinePart = (minute: number) => (minute < cell.history ? 1 : 1 - cell.share) / cell.slices;
  const slices = Array.from({ length: cell.slices }, () => rows(baselinePart));
  const baseline = canary.map((_, minute) => slices.reduce((sum, row) => sum + (row[minute] ?? 0), 0));
  return { canary, slices, baseline };
}

interface Path {
  readonly all: Float64Array;
  /** The part of it that runs like a clock. */
  readonly known: Float64Array;
}

function pathOf(processes: readonly Process[], random: Random, minutes: number): Path {
  const all = new Float64Array(minutes);
  const known = new Float64Array(minutes);
  for (const process of processes) {
    const state = new Float64Array(process.size);
    process.start(random, state);
    for (let minute = 0; minute < minutes; minute += 1) {
      if (minute > 0) process.step(random, state);
      const logRate = process.logRate(state);
      all[minute] = (all[minute] ?? 0) + logRate;
      if (process.known) known[minute] = (known[minute] ?? 0) + logRate;
    }
  }
  return { all, known };
}

/** Half of the missing minutes come alone, half in blocks of four. */
function missingMinutes(random: Random, minutes: number, part: number): readonly boolean[] {
  const missing = new Array<boolean>(minutes).fill(false);
  if (part === 0) return missing;
  for (let minute = 0; minute < minutes; minute += 1) {
    if (random() < part / 2) missing[minute] = true;
    if (random() < part / 8) missing.fill(true, minute, Math.min(minutes, minute + 4));
  }
  return missing;
}

interface Stage {
  readonly cell: Cell;
  readonly plan: MetricPlan;
  readonly random: Random;
  readonly loads: Loads;
  readonly shared: Path;
  readonly missing: { readonly canary: readonly boolean[]; readonly baseline: readonly boolean[] };
  readonly minutes: number;
}

function playMetric(stage: Stage) {
  const { cell, plan, random, loads, shared, missing, minutes } = stage;
  const { noise } = cell.family;
  const hosts = hostsOf(cell);
  const canaryOwn = pathOf(ownProcesses(noise, hosts.canary), random, minutes);
  const slicesOwn = loads.slices.map(() =>
    pathOf(ownProcesses(noise, Math.max(1, Math.round(hosts.baseline / cell.slices))), random, minutes),
  );
  const at = (path: Float64Array, minute: number) => (shared.all[minute] ?? 0) + (path[minute] ?? 0);
  const healthy = (path: Path, load: readonly number[], minute: number) =>
    plan.channel.draw(random, load[minute] ?? 0, at(path.all, minute), 1);
  const slices = slicesOwn.map((path, row) =>
    Array.from({ length: minutes }, (_, minute) => healthy(path, loads.slices[row] ?? [], minute)),
  );
  const baselineOwn = slicesOwn.length === 1 ? slicesOwn[0] : meanPath(slicesOwn);
  const baseline = Array.from({ length: minutes }, (_, minute) => {
    if (missing.baseline[minute] === true) return null;
    if (cell.slices === 1) return slices[0]?.[minute] ?? null;
    if (plan.channel.additive) return sumOf(slices.map((row) => row[minute] ?? null));
    return baselineOwn === undefined ? null : healthy(baselineOwn, loads.baseline, minute);
  });
  const canary = Array.from({ length: cell.periods }, (_, period) => {
    const minute = cell.history + period;
    if (missing.canary[minute] === true) return null;
    const effect = effectAt(plan.effect, period);
    return plan.channel.draw(random, loads.canary[minute] ?? 0, at(canaryOwn.all, minute), effect);
  });
  const series = seriesOf(cell, plan, noise, { canary, baseline, slices });
  const knownOfBaseline = baselineOwn?.known ?? new Float64Array(minutes);
  return { series, known: { known: shared.known, knownOfCanary: canaryOwn.known, knownOfBaseline } };
}

function meanPath(paths: readonly Path[]): Path {
  const mean = (pick: (path: Path) => Float64Array): Float64Array =>
    (paths[0] === undefined ? new Float64Array() : pick(paths[0])).map((_, minute) =>
      Math.log(paths.reduce((sum, path) => sum + Math.exp(pick(path)[minute] ?? 0), 0) / paths.length),
    );
  return { all: mean(({ all }) => all), known: mean(({ known }) => known) };
}

function sumOf(values: readonly (Value | null)[]): Value {
  let number = 0;
  let events = 0;
  let total = 0;
  for (const value of values) {
    if (value === null) continue;
    if (typeof value === 'number') number += value;
    else {
      events += value.events;
      total += value.total;
    }
  }
  return values.some((value) => typeof value === 'object' && value !== null) ? { events, total } : number;
}

interface Values {
  readonly canary: readonly (Value | null)[];
  readonly baseline: readonly (Value | null)[];
  readonly slices: readonly (readonly (Value | null)[])[];
}

function seriesOf(cell: Cell, plan: MetricPlan, noise: Noise, { canary, baseline, slices }: Values): MetricSeries {
  const { history, periods, share } = cell;
  const tellHosts = noise.hosts !== null && cell.family.shown;
  const series = {
    name: plan.name,
    kind: plan.channel.kind,
    direction: 'increase',
    main: plan.main,
    shared: false,
    canary,
    baseline: baseline.slice(history),
    history: baseline.slice(0, history),
    parts: cell.slices === 1 ? [] : slices.map((slice) => slice.slice(0, history)),
    exposure: {
      canary: new Array<number>(periods).fill(share),
      baseline: new Array<number>(periods).fill(1 - share),
    },
    hosts: tellHosts ? hostsOf(cell) : null,
  } as const;
  // A channel draws values of its own kind only, which the compiler cannot see through the list of channels.
  return series as MetricSeries & { readonly canary: Periods<Counts> & Periods<number> };
}
