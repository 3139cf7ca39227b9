import { box, dot, label, line, path, picture, type Shape } from './svg.ts';

const ours = '#0b6e4f';
const best = '#222222';
const others = [
  '#c1440e',
  '#2a5db0',
  '#8e3b9c',
  '#b58900',
  '#d33682',
  '#5f6b7a',
  '#6c9a00',
  '#00a0b0',
  '#7b4a2d',
  '#9aa5ff',
  '#e08e79',
  '#3d3d8f',
];

/** The colour of a judge: ours and the oracle have their own, so that they are found in every picture. */
export function colourOf(judge: string, judges: readonly string[]): string {
  if (judge === 'ours') return ours;
  if (judge === 'oracle') return best;
  const rest = judges.filter((name) => name !== 'ours' && name !== 'oracle');
  return others[rest.indexOf(judge) % others.length] ?? best;
}

export interface Bar {
  readonly judge: string;
  /** Part of 1, with its interval. */
  readonly part: number;
  readonly lower: number;
  readonly upper: number;
}

export interface BarGroup {
  readonly name: string;
  readonly bars: readonly Bar[];
}

const barHeight = 13;
const groupGap = 14;
const left = 230;
const plotWidth = 520;

/** Horizontal bars, a group below the other, on a scale (part ** 0.4) that shows a thousandth beside a half. */
export function barChart(title: string, groups: readonly BarGroup[], limit: number): string {
  const judges = [...new Set(groups.flatMap(({ bars }) => bars.map(({ judge }) => judge)))];
  const x = (part: number) => left + plotWidth * Math.min(1, part) ** 0.4;
  const shapes: Shape[] = [];
  let y = 46;
  for (const { name, bars } of groups.filter((group) => group.bars.length > 0)) {
    shapes.push(label(left - 8, y + (bars.length * barHeight) / 2 + 4, name, { anchor: 'end' }));
    for (const bar of bars) {
      shapes.push(box(left, y, x(bar.part) - left, barHeight - 3, colourOf(bar.judge, judges)));
      const middle = y + (barHeight - 3) / 2;
      shapes.push(line([x(bar.lower), middle], [x(bar.upper), middle], '#444444'));
      const told = `${bar.judge} ${(100 * bar.part).toFixed(bar.part < 0.1 ? 2 : 0)} %`;
      shapes.push(label(x(bar.upper) + 6, y + barHeight - 4, told, { size: 10, colour: '#555555' }));
      y += barHeight;
    }
    y += groupGap;
  }
  const axis = [0, 0.001, 0.01, 0.05, 0.2, 0.5, 1].flatMap((part) => [
    line([x(part), 36], [x(part), y], part === limit ? '#c00000' : '#dddddd'),
    label(x(part), y + 14, `${100 * part} %`, { anchor: 'middle', size: 10 }),
  ]);
  const scale = label(left, y + 32, 'lines: 95 % intervals; the scale is stretched near 0 (part to the power of 0.4)', {
    size: 10,
    colour: '#555555',
  });
  return picture(left + plotWidth + 190, y + 44, title, [...axis, ...shapes, scale]);
}

export interface CurveLine {
  readonly judge: string;
  /** What stands in the legend behind the judge's name. */
  readonly note: string;
  /** More false rollbacks than it may have: drawn dashed. */
  readonly dashed: boolean;
  /** Median periods at each x; null: fewer than half were found; undefined: not measured, so nothing is drawn. */
  readonly delays: readonly (number | null | undefined)[];
}

const chartHeight = 300;
const chartTop = 60;
const chartLeft = 60;
const chartWidth = 480;
const never = 80;
const heavy: readonly string[] = ['ours', 'oracle'];

/** Delay (logarithmic) along something that grows by factors. */
export function curveChart(
  title: string,
  xTitle: string,
  along: readonly { readonly value: number; readonly text: string }[],
  lines: readonly CurveLine[],
): string {
  const judges = lines.map(({ judge }) => judge);
  const low = Math.log(along[0]?.value ?? 1);
  const high = Math.log(along.at(-1)?.value ?? 10);
  const x = (value: number) => chartLeft + (chartWidth * (Math.log(value) - low)) / (high - low);
  const y = (delay: number) => chartTop + chartHeight * (1 - Math.log(delay) / Math.log(never));
  const bottom = chartTop + chartHeight;
  const grid = [1, 2, 5, 10, 20, 60, never].flatMap((delay) => [
    line([chartLeft, y(delay)], [chartLeft + chartWidth, y(delay)], '#e4e4e4'),
    label(chartLeft - 6, y(delay) + 4, delay === never ? 'never' : String(delay), { anchor: 'end', size: 10 }),
  ]);
  const ticks = along.map(({ value, text }) => label(x(value), bottom + 16, text, { anchor: 'middle', size: 10 }));
  const drawn = lines.flatMap(({ judge, note, dashed, delays }, at) => {
    const colour = colourOf(judge, judges);
    const wide = heavy.includes(judge);
    // Lines that lie on each other are set apart by a pixel or two, but for the two that are to be read off.
    const apart = wide ? 0 : (at - lines.length / 2) * 1.6;
    const points = along.flatMap(({ value }, index) => {
      const delay = delays[index];
      return delay === undefined ? [] : [[x(value), y(delay ?? never) + apart] as const];
    });
    const style = { dashed, width: wide ? 2.5 : 1.3 };
    const legendY = chartTop + 10 + at * 18;
    return [
      ...(points.length > 0 ? [path(points, colour, style)] : []),
      ...points.map(([px, py]) => dot(px, py, colour)),
      path(
        [
          [chartLeft + chartWidth + 16, legendY - 4],
          [chartLeft + chartWidth + 40, legendY - 4],
        ],
        colour,
        style,
      ),
      label(chartLeft + chartWidth + 46, legendY, `${judge} ${note}`, { size: 11 }),
    ];
  });
  const names = [
    label(chartLeft + chartWidth / 2, bottom + 34, xTitle, { anchor: 'middle' }),
    label(12, chartTop - 18, 'median minute of the rollback', { size: 10, colour: '#555555' }),
  ];
  return picture(chartLeft + chartWidth + 330, bottom + 46, title, [...grid, ...ticks, ...names, ...drawn]);
}
