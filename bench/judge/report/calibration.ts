import { binomialUpperTail } from '../../../src/canary/statistics/binomial.ts';
import { median } from '../../../src/canary/statistics/median.ts';
import { quantile } from '../../../src/canary/statistics/quantile.ts';
import { type CalibrationCell, calibrationCells, type NoiseKind, noiseKinds } from '../calibration-cells.ts';
import type { Peak } from '../judges.ts';
import type { Results } from '../results.ts';
import { percent } from '../tables.ts';
import { wilson } from '../tally.ts';
import { markdownTable, type Section } from './section.ts';

/** Beside alpha 1 % what a metric of several has: its threshold lies ln 10 further up. */
const tenthOfAlpha = Math.log(10);
const alpha = 0.01;
const surelyLevel = 0.05;
const mostShown = 15;
const quantiles = [0.9, 0.95, 0.98, 0.99];
/** The runs whose thresholds matter: those that came nearest. */
const topPart = 0.05;

const bands = [
  { name: 'below 0.5', from: 0 },
  { name: '0.5 to 2', from: 0.5 },
  { name: '2 to 50', from: 2 },
  { name: '50 and more', from: 50 },
] as const;

interface Peaked extends CalibrationCell {
  readonly peaks: readonly Peak[];
}

/** What healthy canaries' evidence came to, which the thresholds of counted metrics are set by. */
export function calibration(results: Results, date: string): Section {
  const peaked = calibrationCells.flatMap((one): readonly Peaked[] => {
    const peaks = results.get('calibration', one.cell.id, 'peaks')?.peaks ?? [];
    return peaks.length === 0 ? [] : [{ ...one, peaks }];
  });
  const anHour = peaked.filter(({ cell }) => cell.periods === 60);
  const text = [
    '## How the thresholds were calibrated',
    '',
    ...introductionOf(peaked, date),
    '### By noise and events',
    '',
    'Sixty looks. “Events”: the canary’s, a period, on average.',
    '',
    markdownTable(['noise', 'events', ...head], byKindAndEvents(anHour)),
    '',
    '### By family',
    '',
    'Sixty looks, all loads.',
    '',
    markdownTable(['noise', 'family', ...head], byFamily(anHour)),
    '',
    '### By planned length',
    '',
    'The loads that were played at every length.',
    '',
    markdownTable(['noise', 'looks', ...head], byLength(peaked)),
    '',
    ...beyondAlpha(peaked),
  ].join('\n');
  return { text, pictures: [] };
}

function introductionOf(peaked: readonly Peaked[], date: string): readonly string[] {
  const canaries = peaked.reduce((sum, { peaks }) => sum + peaks.length, 0);
  const runs = peaked.map(({ peaks }) => peaks.length);
  const [least, most] = [Math.min(...runs), Math.max(...runs)];
  const each = least === most ? `${most}` : `${least} to ${most}`;
  const seeds = `a seed is a cell’s name and a run’s number, from 0 to ${most - 1}`;
  const made =
    canaries === 0
      ? '**Not measured in this run.**'
      : `Made ${date} from ${canaries.toLocaleString('en')} healthy canaries, ${each} in each of ${peaked.length} cells (${seeds}; the cells’ names end in \`calibration\`, so none of these canaries is counted anywhere else on this page).`;
  return [
    `${made} One error ratio, an hour of history; \`node bench/judge/calibrate.ts\` makes this section alone.`,
    '',
    'Ville’s inequality bounds a healthy canary’s evidence by ln(1/alpha), 4.61 nats at 1 %, for any number of looks and for noise that is exactly as the',
    'model has it. Sixty looks allow for less; noise that no model has exactly, much of it on few or many events, asks for more.',
    '`src/canary/evidence/calibration.ts` moves the threshold by what the judge itself can know: the noise that it believes in, events, looks, history.',
    '',
    'Each canary is followed to its end, whatever the evidence says. The quantiles are of the most evidence (in nats) that any look saw: the 99 % one',
    'is the threshold that would roll back 1 % of the row. Beside it: the threshold that the calibration gave at that look (median of',
    `the ${100 * topPart} % with the most evidence), and the part of canaries that reached theirs at any look, at alpha 1 % and at 0.1 %.`,
    'The last column is what smaller alphas rest on, as of one metric among several. In the rows of shapes that the model lacks nothing was fitted:',
    'they show what the calibration is worth there.',
    '',
  ];
}

const head = [
  'canaries',
  ...quantiles.map((part) => percent(part, 0)),
  'threshold',
  'reached at 1 % (95 % interval)',
  'at 0.1 %',
];

/** One row's figures: canaries, quantiles, the threshold, parts that reached theirs. */
export function figuresOf(peaks: readonly Peak[]): readonly string[] {
  const harms = peaks.map(([harm]) => harm);
  const high = quantile(harms, 1 - topPart) ?? 0;
  const reached = (further: number) => peaks.filter(([, , excess]) => excess >= further).length;
  const { lower, upper } = wilson(reached(0), peaks.length);
  const nats = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2));
  return [
    peaks.length.toLocaleString('en'),
    ...quantiles.map((part) => nats(quantile(harms, part))),
    nats(median(peaks.filter(([harm]) => harm >= high).map(([, threshold]) => threshold))),
    `${percent(reached(0) / peaks.length)} (${percent(lower)} to ${percent(upper)})`,
    percent(reached(tenthOfAlpha) / peaks.length),
  ];
}

type TableRow = readonly string[];

function rowOf(names: readonly string[], cells: readonly Peaked[]): readonly TableRow[] {
  const peaks = cells.flatMap((one) => one.peaks);
  return peaks.length === 0 ? [] : [[...names, ...figuresOf(peaks)]];
}

function kindsOf(peaked: readonly Peaked[]): readonly (readonly [NoiseKind, readonly Peaked[]])[] {
  return [...Map.groupBy(peaked, ({ kind }) => kind)];
}

function byKindAndEvents(peaked: readonly Peaked[]): readonly TableRow[] {
  const bandOf = ({ eventsPerPeriod }: Peaked) => bands.findLast(({ from }) => eventsPerPeriod >= from)?.name;
  return kindsOf(peaked).flatMap(([kind, own]) => [
    ...bands.flatMap(({ name }) =>
      rowOf(
        [kind, name],
        own.filter((one) => bandOf(one) === name),
      ),
    ),
    ...rowOf([`**${kind}**`, 'all'], own),
  ]);
}

function byFamily(peaked: readonly Peaked[]): readonly TableRow[] {
  return kindsOf(peaked).flatMap(([kind, own]) =>
    noiseKinds[kind].flatMap((family) =>
      rowOf(
        [kind, `\`${family}\``],
        own.filter(({ cell }) => cell.family.name === family),
      ),
    ),
  );
}

function byLength(peaked: readonly Peaked[]): readonly TableRow[] {
  const loadOf = ({ cell }: Peaked) => cell.id.split('/')[2];
  const lengths = [...new Set(peaked.map(({ cell }) => cell.periods))].sort((a, b) => a - b);
  const atAll = new Set(peaked.filter(({ cell }) => cell.periods !== 60).map(loadOf));
  const own = peaked.filter((one) => atAll.has(loadOf(one)) && one.cell.family.set === 'fitted');
  return kindsOf(own).flatMap(([kind, cells]) =>
    lengths.flatMap((periods) =>
      rowOf(
        [kind, String(periods)],
        cells.filter(({ cell }) => cell.periods === periods),
      ),
    ),
  );
}

/** Cells for which chance over all of them is no excuse, most often reached first. */
function beyondAlpha(peaked: readonly Peaked[]): readonly string[] {
  const reached = ({ peaks }: Peaked) => peaks.filter(([, , excess]) => excess >= 0).length;
  const surely = peaked
    .filter((one) => binomialUpperTail(reached(one), one.peaks.length, alpha) < surelyLevel / peaked.length)
    .toSorted((a, b) => reached(b) / b.peaks.length - reached(a) / a.peaks.length);
  if (surely.length === 0) return [];
  return [
    '### Where the threshold is too low',
    '',
    `Cells whose canaries reach their threshold surely more often than alpha (${surely.length} of ${peaked.length}; exact binomial tail, 5 % over all cells),`,
    `the most often first${surely.length > mostShown ? `, ${mostShown} of them` : ''}. Compare the 99 % point with the threshold.`,
    '',
    markdownTable(
      ['cell', ...head],
      surely.slice(0, mostShown).flatMap((one) => rowOf([`\`${one.cell.id}\``], [one])),
    ),
    '',
  ];
}
