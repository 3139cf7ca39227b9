import { underpowered } from '../../../src/canary/power/underpowered.ts';
import type { Cell } from '../cell.ts';
import type { Results } from '../results.ts';
import { cellsOf } from '../sets.ts';
import { type Row, rowsOf } from '../summary.ts';
import { percent } from '../tables.ts';
import { play } from '../traffic.ts';
import { markdownTable, type Section } from './section.ts';

/** The power that the figure on promotions is asked for. */
const enoughPower = 0.95;

/** The case study: how many are decided at the first full period. */
export function incident(results: Results, peers: readonly string[]): Section {
  const rows = rowsOf('incident', [...cellsOf('incident').keys()], ['ours'], results);
  const lines = rows.map((row) => [
    `\`${row.cell}\``,
    row.runs.toLocaleString('en'),
    percent(row.atFirstPeriod),
    String(row.medianDelay ?? '–'),
  ]);
  const [cell = ''] = [...cellsOf('incident').keys()].filter((id) => id.startsWith('poisson/errors/'));
  const others = rowsOf('incident', [cell], peers, results).map((row) => [
    row.judge,
    percent(row.atFirstPeriod),
    String(row.medianDelay ?? 'not within the hour'),
  ]);
  const text = [
    '## The incident',
    '',
    '5 % of 700 requests a minute; errors go from 0.5 % to 45 %, response times to 75 times theirs (200 ms to 15 s).',
    '',
    markdownTable(['cell', 'canaries', 'rolled back at the first period', 'median period'], lines),
    '',
    'Others, errors only, Poisson:',
    '',
    markdownTable(['judge', 'rolled back at the first period', 'median period'], others),
    '',
  ].join('\n');
  return { text, pictures: [] };
}

export interface PromotionLine {
  readonly id: string;
  readonly healthy: Row;
  readonly doubled: Row;
  readonly tripled: Row;
  /** The gate would begin the canary without a warning: its planner says 95 % power against the policy's regression. */
  readonly planned: boolean;
}

/** The same traffic healthy, doubled and tripled. */
export function promotionLines(results: Results): readonly PromotionLine[] {
  const ids = [...cellsOf('promote').keys()];
  const rows = new Map(rowsOf('promote', ids, ['ours'], results).map((row) => [row.cell, row]));
  return ids
    .filter((id) => id.endsWith('/healthy'))
    .flatMap((id) => {
      const healthy = rows.get(id);
      const doubled = rows.get(id.replace(/healthy$/, 'x2-abrupt'));
      const tripled = rows.get(id.replace(/healthy$/, 'x3-abrupt'));
      const cell = cellsOf('promote').get(id);
      if (healthy === undefined || doubled === undefined || tripled === undefined || cell === undefined) return [];
      return [{ id, healthy, doubled, tripled, planned: plannerSaysEnough(cell) }];
    });
}

const canariesPlanned = 21;

/** What the planner says of most of the cell's healthy canaries; each has a history of its own to go by. */
function plannerSaysEnough(cell: Cell): boolean {
  let enough = 0;
  for (let run = 0; run < canariesPlanned; run += 1) {
    if (underpowered(play(cell, run).comparison).length === 0) enough += 1;
  }
  return enough > canariesPlanned / 2;
}

/** What becomes of healthy canaries, and of regressions at and above the policy's size, where power is enough. */
export function promotions(results: Results): Section {
  const lines = promotionLines(results);
  const planned = lines.filter((line) => line.planned);
  const found = lines.filter(({ doubled }) => doubled.rolledBack >= enoughPower);
  const of = (among: readonly PromotionLine[]) => `${among.length} of ${lines.length} cells`;
  const text = [
    '## Promotions',
    '',
    'The policy wants to be safe from doubled errors. The planner is the gate’s own: from the history and the traffic it says in advance whether',
    'a canary has 95 % power against that. Beside it the power that was measured: the part of doubled canaries that is rolled back within the hour.',
    '',
    `- Healthy, 95 % power as planned (${of(planned)}): ${promotedOf(planned.map(({ healthy }) => healthy))}.`,
    `- Healthy, 95 % power as measured (${of(found)}): ${promotedOf(found.map(({ healthy }) => healthy))}.`,
    `- Doubled: ${promotedOf(lines.map(({ doubled }) => doubled))}. Tripled: ${promotedOf(lines.map(({ tripled }) => tripled))}.`,
    '',
    markdownTable(
      [
        'cell',
        'planner: 95 %',
        'healthy: promoted',
        'inconclusive',
        'rolled back',
        'doubled: promoted',
        'rolled back',
        'tripled: promoted',
        'rolled back',
      ],
      lines.map(({ id, healthy, doubled, tripled, planned: said }) => [
        `\`${id.replace(/\/healthy$/, '')}\``,
        said ? 'yes' : 'no',
        percent(healthy.promoted, 1),
        percent(healthy.inconclusive, 1),
        percent(healthy.rolledBack, 1),
        percent(doubled.promoted, 1),
        percent(doubled.rolledBack, 1),
        percent(tripled.promoted, 1),
        percent(tripled.rolledBack, 1),
      ]),
    ),
    '',
  ].join('\n');
  return { text, pictures: [] };
}

/** Mean over cells, with the least and the most. */
function promotedOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'no such cell';
  const parts = rows.map(({ promoted }) => promoted);
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  return `${percent(mean, 1)} are promoted (cells from ${percent(Math.min(...parts), 1)} to ${percent(Math.max(...parts), 1)})`;
}
