import type { Counts, Periods, RatioSeries } from '../comparison.ts';
import { binomial, type Random } from '../simulation/random.ts';
import { added, type PastSlice, type PastTraffic } from './past-traffic.ts';

/** Which part of the past plays the canary. */
export type Split =
  | {
      /** Each zone in turn, against the others: their noise is their own, as a canary's is. */
      readonly kind: 'zones';
    }
  | {
      /**
       * Each request is dealt to the canary with this chance (binomial thinning): all drift is shared by both sides, so
       * that noise of a side's own is not played.
       */
      readonly kind: 'thinning';
      readonly share: number;
    };

/** What stands for a canary, in the whole past. */
export interface PastCanary {
  /** The zone that plays it; null: requests dealt by chance. */
  readonly zone: string | null;
  /** The canary's metrics from one period on, for so many periods, with so many before them as history. */
  cut(start: number, periods: number, historyPeriods: number): readonly RatioSeries[];
}

/** The canaries that the past can play. @param random for the dealing; a generator for each canary's start */
export function pastCanaries(
  past: PastTraffic,
  split: Split,
  random: (start: number) => Random,
): readonly PastCanary[] {
  if (split.kind === 'thinning') return [dealt(past, split.share, random)];
  return past.slices.map((slice) => zoneAgainstOthers(slice, past));
}

type Name = 'errors' | 'slow';

function zoneAgainstOthers(slice: PastSlice, { slices }: PastTraffic): PastCanary {
  const others = slices.filter((other) => other !== slice);
  const sides = namesIn(slice).map((name) => ({
    name,
    canary: seriesOf(slice, name),
    baseline: together(others, name),
    parts: others.length < 2 ? [] : others.map((other) => seriesOf(other, name)),
  }));
  return {
    zone: slice.zone,
    cut: (start, periods, historyPeriods) => {
      const before = Math.max(0, start - historyPeriods);
      return sides.map(({ name, canary, baseline, parts }) => {
        const watched = {
          canary: canary.slice(start, start + periods),
          baseline: baseline.slice(start, start + periods),
        };
        const past = {
          history: baseline.slice(before, start),
          parts: parts.map((part) => part.slice(before, start)),
        };
        return ratio(name, watched, past, 1 / slices.length);
      });
    },
  };
}

function dealt({ slices }: PastTraffic, share: number, random: (start: number) => Random): PastCanary {
  const [first] = slices;
  const wholes = (first === undefined ? [] : namesIn(first)).map((name) => ({ name, whole: together(slices, name) }));
  return {
    zone: null,
    cut: (start, periods, historyPeriods) => {
      const next = random(start);
      return wholes.map(({ name, whole }) => {
        const canary = whole
          .slice(start, start + periods)
          .map((counts) => (counts === null ? null : thinned(counts, share, next)));
        const baseline = canary.map((dealtOut, at) => {
          const counts = whole[start + at];
          return dealtOut === null || counts == null ? null : added(counts, negative(dealtOut));
        });
        const history = whole.slice(Math.max(0, start - historyPeriods), start);
        return ratio(name, { canary, baseline }, { history, parts: [] }, share);
      });
    },
  };
}

/** Deals each request, failed or not, to the canary with this chance. */
function thinned({ events, total }: Counts, share: number, random: Random): Counts {
  const dealtEvents = binomial(random, events, share);
  return { events: dealtEvents, total: dealtEvents + binomial(random, total - events, share) };
}

function negative({ events, total }: Counts): Counts {
  return { events: -events, total: -total };
}

function namesIn({ slow }: PastSlice): readonly Name[] {
  return slow === null ? ['errors'] : ['errors', 'slow'];
}

function seriesOf(slice: PastSlice, name: Name): Periods<Counts> {
  return (name === 'errors' ? slice.errors : slice.slow) ?? [];
}

/** The slices' sum; one without a number adds nothing. */
function together(slices: readonly PastSlice[], name: Name): Periods<Counts> {
  const length = Math.max(0, ...slices.map((slice) => seriesOf(slice, name).length));
  return Array.from({ length }, (_, at) =>
    slices.reduce<Counts | null>((sum, slice) => {
      const counts = seriesOf(slice, name)[at] ?? null;
      if (counts === null) return sum;
      return sum === null ? counts : added(sum, counts);
    }, null),
  );
}

function ratio(
  name: Name,
  { canary, baseline }: Pick<RatioSeries, 'canary' | 'baseline'>,
  { history, parts }: Pick<RatioSeries, 'history' | 'parts'>,
  share: number,
): RatioSeries {
  const load = (value: number) => new Array<number>(canary.length).fill(value);
  return {
    name,
    kind: 'ratio',
    direction: 'increase',
    main: name === 'errors',
    shared: false,
    canary,
    baseline,
    history,
    parts,
    exposure: { canary: load(share), baseline: load(1 - share) },
    hosts: null,
  };
}
