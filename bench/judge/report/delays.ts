import { curveChart } from '../charts.ts';
import { curves } from '../curve-cells.ts';
import { healthyTwin } from '../delay-cells.ts';
import type { Results } from '../results.ts';
import { cellsOf, type SetName } from '../sets.ts';
import { type Pace, paceOf, type Row, rowsOf } from '../summary.ts';
import { percent } from '../tables.ts';
import { peersDrawn } from './plan.ts';
import { markdownTable, type Section } from './section.ts';

const missesShown = 10;

function all(set: SetName, judges: readonly string[], results: Results): readonly Row[] {
  return rowsOf(set, [...cellsOf(set).keys()], judges, results);
}

/** How soon regressions are found: beside the oracle, beside peers, and drawn along rate and share. */
export function delays(results: Results, peers: readonly string[]): Section {
  const alone = all('delays', ['ours', 'oracle'], results);
  const company = all('company', ['ours', 'oracle'], results);
  const shapes = all('shapes', ['ours', 'oracle'], results);
  const drawn = curves.map((curve) => [`delay-${curve.name}`, drawCurve(curve, results, peers)] as const);
  const text = [
    '## Detection delay',
    '',
    'The oracle is a sequential probability ratio test (threshold ln 95) that is told the base rate, the noise and the regression, and looks at',
    'the ill metric only. Cells in which it finds fewer than half of the regressions within the hour can be asked of nobody and are left out.',
    '',
    markdownTable(
      ['regression', 'bound on the median delay', 'cells', 'within the bound'],
      [
        paceRow('one metric: all', paceOf(alone, 1.5, 1), '1.5 × oracle + 1'),
        ...byEffect(alone).map(([name, rows]) =>
          paceRow(`one metric: ${name}`, paceOf(rows, 1.5, 1), '1.5 × oracle + 1'),
        ),
        paceRow('eight metrics, one ill: all', paceOf(company, 2, 0), '2 × oracle'),
        ...byEffect(company).map(([name, rows]) => paceRow(`eight metrics: ${name}`, paceOf(rows, 2, 0), '2 × oracle')),
        paceRow('later, creeping, intermittent, one endpoint', paceOf(shapes, 1.5, 1), '1.5 × oracle + 1'),
      ],
    ),
    '',
    ...misses('One metric, furthest beyond the bound', paceOf(alone, 1.5, 1)),
    ...misses('Eight metrics, furthest beyond the bound', paceOf(company, 2, 0)),
    ...besidePeers(results, peers),
    '### Along rate and share',
    '',
    '“false”: the most healthy twins of the drawn cells that the judge rolls back; dashed where that is more than 3 %.',
    '',
    ...drawn.map(([name], at) => `![${curves[at]?.title}](operating-characteristics/${name}.svg)\n`),
  ].join('\n');
  return { text, pictures: drawn };
}

/** Rows by what the cell's id says of the regression: kind of metric and factor. */
function byEffect(rows: readonly Row[]): readonly (readonly [string, readonly Row[]])[] {
  const nameOf = ({ cell }: Row) => {
    const [, metric = ''] = cell.split('/');
    const factor = cell.split('/').at(-1)?.replace(/-\w+$/, '').replace('x', '× ') ?? '';
    return `${metric === '8-metrics' ? 'errors' : metric} ${factor}`;
  };
  return [...Map.groupBy(rows, nameOf)].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
}

function paceRow(name: string, paces: readonly Pace[], bound: string): readonly string[] {
  const ours = paces.find(({ judge }) => judge === 'ours');
  const cells = ours?.cells ?? 0;
  const within = cells === 0 ? '–' : `${ours?.within} (${percent((ours?.within ?? 0) / cells, 1)})`;
  return [name, bound, String(cells), within];
}

function misses(title: string, paces: readonly Pace[]): readonly string[] {
  const missed = paces.find(({ judge }) => judge === 'ours')?.missed ?? [];
  if (missed.length === 0) return [];
  const rows = missed
    .toSorted((a, b) => (b.delay ?? 99) / b.oracle - (a.delay ?? 99) / a.oracle)
    .slice(0, missesShown)
    .map(({ cell, delay, oracle }) => [`\`${cell}\``, String(delay ?? 'not within the hour'), String(oracle)]);
  return [`${title}:`, '', markdownTable(['cell', 'ours, median minute', 'oracle'], rows), ''];
}

/** In how many cells our median delay is shorter than another's. */
interface Paces {
  readonly cells: number;
  readonly shorter: number;
  readonly same: number;
  readonly longer: number;
}

interface Compared {
  readonly peer: string;
  /** The parts of the healthy twins that are rolled back, mean over the cells that the peer can judge. */
  readonly ourRate: number;
  readonly theirRate: number;
  readonly everywhere: Paces;
  /** Only cells in which the peer rolls back no more than alpha of the healthy twins. */
  readonly whereQuiet: Paces;
}

const alpha = 0.01;

/** Ours beside a peer on the same series, ill and healthy; null where there is nothing to compare. */
export function comparedWith(results: Results, peer: string): Compared | null {
  const twins = Map.groupBy(all('matched', ['ours', peer], results), ({ cell }) => cell);
  const ill = Map.groupBy(all('delays', ['ours', peer], results), ({ cell }) => cell);
  const pairs = [...ill].flatMap(([cell, rows]) => {
    const twin = twins.get(healthyTwin(cell)) ?? [];
    const [our, theirs, ourTwin, theirTwin] = [rows, twin].flatMap((of) =>
      ['ours', peer].map((name) => of.find(({ judge }) => judge === name)),
    );
    if (our === undefined || theirs === undefined || ourTwin === undefined || theirTwin === undefined) return [];
    const delay = { our: our.medianDelay ?? Infinity, theirs: theirs.medianDelay ?? Infinity };
    return [{ ...delay, twin: healthyTwin(cell), ourTwin, theirTwin }];
  });
  if (pairs.length === 0) return null;
  const unique = [...new Map(pairs.map((pair) => [pair.twin, pair])).values()];
  const mean = (of: (pair: (typeof pairs)[number]) => Row) =>
    unique.reduce((sum, pair) => sum + of(pair).rolledBack, 0) / unique.length;
  const paces = (among: typeof pairs): Paces => ({
    cells: among.length,
    shorter: among.filter(({ our, theirs }) => our < theirs).length,
    same: among.filter(({ our, theirs }) => our === theirs).length,
    longer: among.filter(({ our, theirs }) => our > theirs).length,
  });
  return {
    peer,
    ourRate: mean(({ ourTwin }) => ourTwin),
    theirRate: mean(({ theirTwin }) => theirTwin),
    everywhere: paces(pairs),
    whereQuiet: paces(pairs.filter(({ theirTwin }) => theirTwin.rolledBack <= alpha)),
  };
}

/** Against each peer: everywhere, and in the cells in which it keeps to alpha. */
function besidePeers(results: Results, peers: readonly string[]): readonly string[] {
  const lines = peers.flatMap((peer) => {
    const compared = comparedWith(results, peer);
    if (compared === null) return [];
    const { ourRate, theirRate, everywhere, whereQuiet } = compared;
    const told = ({ shorter, same, longer }: Paces) => `${shorter} / ${same} / ${longer}`;
    return [
      [
        peer,
        percent(theirRate),
        percent(ourRate),
        String(everywhere.cells),
        told(everywhere),
        String(whereQuiet.cells),
        told(whereQuiet),
      ],
    ];
  });
  return [
    '### Beside others',
    '',
    'In how many cells is our median delay shorter / the same / longer? Neither finding it within the hour is the same. A test that rolls back',
    'at the least difference is quick, so its false rollbacks stand beside it: of the healthy twins of these cells, mean over cells. “Quiet”: only',
    'the cells in which the other rolls back at most 1 % of the healthy twins. It was not told in advance which those are; where noise is Poisson, a test',
    'that assumes so needs not learn it.',
    '',
    markdownTable(
      [
        'other',
        'its false rollbacks',
        'ours',
        'cells',
        'shorter / same / longer',
        'quiet cells',
        'shorter / same / longer',
      ],
      lines,
    ),
    '',
  ];
}

function drawCurve(curve: (typeof curves)[number], results: Results, peers: readonly string[]): string {
  // Those that are read off come last, so that they lie on top.
  const judges = [...peersDrawn.filter((name) => peers.includes(name)), 'oracle', 'ours'];
  const along = curve.ill.map((cell) => {
    const value = cell[curve.along];
    return { value, text: curve.along === 'share' ? `${100 * value} %` : value.toLocaleString('en') };
  });
  const lines = judges.map((judge) => {
    const ill = rowsOf(
      'curves',
      curve.ill.map(({ id }) => id),
      [judge],
      results,
    );
    const healthy = rowsOf(
      'curves',
      curve.healthy.map(({ id }) => id),
      [judge],
      results,
    );
    const worst = Math.max(0, ...healthy.map(({ rolledBack }) => rolledBack));
    const falsely = healthy.length === 0 ? 'not measured' : `up to ${percent(worst, 1)}`;
    const note = judge === 'oracle' ? '(told everything)' : `(false: ${falsely})`;
    const delaysAlong = curve.ill.map(({ id }) => ill.find(({ cell }) => cell === id)?.medianDelay);
    return { judge, note, dashed: worst > 0.03, delays: delaysAlong };
  });
  const xTitle = curve.along === 'share' ? 'canary’s share of the requests' : 'requests a minute, both sides';
  return curveChart(curve.title, xTitle, along, lines);
}
