import { type Bar, barChart } from '../charts.ts';
import type { Results } from '../results.ts';
import { cellsOf, type SetName } from '../sets.ts';
import { overallOf, type Row, rowsOf } from '../summary.ts';
import { percent } from '../tables.ts';
import { wilson } from '../tally.ts';
import { peersShown } from './plan.ts';
import { markdownTable, type Section } from './section.ts';

/** The promise at alpha = 1 %, and what is allowed where no history can show the noise. */
const promised = 0.01;
const allowedUnseen = 0.03;

function all(set: SetName, judges: readonly string[], results: Results): readonly Row[] {
  return rowsOf(set, [...cellsOf(set).keys()], judges, results);
}

/** False rollbacks of ours by family, worst cells, and the peers beside it. */
export function falseRollbacks(results: Results, peers: readonly string[]): Section {
  const fitted = all('fitted', ['ours'], results);
  const heldOut = all('held-out', ['ours'], results);
  const unknown = all('no-history', ['ours'], results);
  const lists = [
    ['fitted: shapes that the model contains', fitted, promised],
    ['held out: shapes that it does not contain', heldOut.filter(({ shown }) => shown), promised],
    ['held out, and the history cannot show the noise', heldOut.filter(({ shown }) => !shown), allowedUnseen],
    ['no history at all', unknown, allowedUnseen],
  ] as const;
  const overall = lists.flatMap(([name, rows, limit]) =>
    overallOf(rows, limit).map((one) => [
      name,
      String(one.cells),
      `${one.runs.toLocaleString('en')} (${runsACell(rows)})`,
      `${percent(one.rolledBack)} (${percent(one.lower)} to ${percent(one.upper)})`,
      one.worst.rolledBack === 0
        ? 'none was rolled back'
        : `${percent(one.worst.rolledBack)} (${percent(one.worst.lower)} to ${percent(one.worst.upper)}): \`${one.worst.cell}\``,
      `${one.surelyAbove} above ${percent(limit, 0)}`,
    ]),
  );
  const text = [
    '## False rollbacks',
    '',
    'Healthy canaries of 60 minutes with a look each minute, 1 to 8 metrics together, alpha 1 %. Intervals are Wilson’s at 95 %;',
    'of hundreds of cells the worst one’s rate is high by chance too, so the last column counts those above the limit for which chance is no excuse (exact binomial tail, 5 % over all cells of the row).',
    '',
    markdownTable(['traffic', 'cells', 'canaries (a cell)', 'rolled back', 'worst cell', 'cells surely'], overall),
    '',
    ...byFamily([...fitted, ...heldOut]),
    ...besidePeers(results, peers),
  ].join('\n');
  return { text, pictures: [['false-rollbacks', chart(results, peers)]] };
}

/** The fewest and the most canaries of one cell. */
export function runsACell(rows: readonly Row[]): string {
  const runs = rows.map((row) => row.runs);
  const [least, most] = [Math.min(...runs), Math.max(...runs)].map((number) => number.toLocaleString('en'));
  return least === most ? `${least}` : `${least} to ${most}`;
}

function byFamily(rows: readonly Row[]): readonly string[] {
  const lines = [...Map.groupBy(rows, ({ family }) => family)].map(([family, own]) => {
    const worst = own.reduce((most, row) => (row.rolledBack > most.rolledBack ? row : most));
    const runs = own.reduce((sum, row) => sum + row.runs, 0);
    return [
      family,
      `${own[0]?.set}${own[0]?.shown ? '' : ', not shown by history'}`,
      runs.toLocaleString('en'),
      percent(mean(own)),
      worst.rolledBack === 0 ? '–' : `${percent(worst.rolledBack)} (from ${percent(worst.lower)}): \`${worst.cell}\``,
    ];
  });
  return ['### By family', '', markdownTable(['family', 'set', 'canaries', 'rolled back', 'worst cell'], lines), ''];
}

/** Cells of one error ratio with an hour of history, which all judges can judge, and all did. */
function comparable(results: Results, judges: readonly string[]): readonly Row[] {
  const sets = ['fitted', 'held-out'] as const;
  const rows = sets.flatMap((set) => all(set, judges, results));
  const own = rows.filter(({ cell }) => /\/errors\/[^/]*\/h60$/.test(cell));
  return [...Map.groupBy(own, ({ cell }) => cell).values()].filter((cell) => cell.length === judges.length).flat();
}

function mean(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.rolledBack, 0) / rows.length;
}

function besidePeers(results: Results, peers: readonly string[]): readonly string[] {
  const rows = comparable(results, ['ours', ...peers]);
  const lines = overallOf(rows, promised).map((one) => [
    one.judge,
    one.runs.toLocaleString('en'),
    percent(one.rolledBack),
    percent(one.worst.rolledBack),
    `${one.surelyAbove} of ${one.cells}`,
  ]);
  return [
    '### Beside others',
    '',
    'The same cells, one error ratio each with an hour of history, only those that every judge judged; the first canaries of each are the same for all',
    '(the others’ settings: see the end of this page).',
    '',
    markdownTable(['judge', 'canaries', 'rolled back, mean of cells', 'worst cell', 'cells surely above 1 %'], lines),
    '',
    '![False rollbacks by judge and family](operating-characteristics/false-rollbacks.svg)',
    '',
  ];
}

/** Quiet ones, noisy ones, and those that are hardest for ours. */
const familiesDrawn = [
  'poisson',
  'overdispersed-own',
  'rate-noise-five-minutes-own',
  'clusters-of-six',
  'drift-shared',
  'frequent-bursts-own',
  'retry-storms-shared',
  'retry-storms-own',
];

function chart(results: Results, peers: readonly string[]): string {
  const judges = ['ours', ...peersShown.filter((name) => peers.includes(name))];
  const rows = comparable(results, judges);
  const groups = familiesDrawn.map((family) => {
    const own = Map.groupBy(
      rows.filter((row) => row.family === family),
      ({ judge }) => judge,
    );
    const bars = judges.flatMap((judge): readonly Bar[] => {
      const cells = own.get(judge);
      if (cells === undefined) return [];
      const runs = cells.reduce((sum, row) => sum + row.runs, 0);
      return [{ judge, part: mean(cells), ...wilson(mean(cells) * runs, runs) }];
    });
    return { name: family, bars };
  });
  return barChart('Healthy canaries rolled back within an hour (one error ratio, alpha 1 %)', groups, promised);
}
