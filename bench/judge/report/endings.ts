import type { Results } from '../results.ts';
import { cellsOf } from '../sets.ts';
import { type Row, rowsOf } from '../summary.ts';
import { percent } from '../tables.ts';
import { markdownTable, type Section } from './section.ts';

/** The power that the promise on promotions is made for. */
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

interface PromotionLine {
  readonly id: string;
  readonly healthy: Row;
  readonly doubled: Row;
  readonly tripled: Row;
}

/** The same traffic healthy, doubled and tripled; `able`: where enough of the doubled ones are rolled back. */
export function promotionLines(results: Results): {
  readonly lines: readonly PromotionLine[];
  readonly able: readonly PromotionLine[];
} {
  const ids = [...cellsOf('promote').keys()];
  const rows = new Map(rowsOf('promote', ids, ['ours'], results).map((row) => [row.cell, row]));
  const lines = ids
    .filter((id) => id.endsWith('/healthy'))
    .flatMap((id) => {
      const healthy = rows.get(id);
      const doubled = rows.get(id.replace(/healthy$/, 'x2-abrupt'));
      const tripled = rows.get(id.replace(/healthy$/, 'x3-abrupt'));
      if (healthy === undefined || doubled === undefined || tripled === undefined) return [];
      return [{ id, healthy, doubled, tripled }];
    });
  return { lines, able: lines.filter(({ doubled }) => doubled.rolledBack >= enoughPower) };
}

/** What becomes of healthy canaries, and of regressions at and above the policy's size, where power is enough. */
export function promotions(results: Results): Section {
  const { lines, able } = promotionLines(results);
  const mean = (parts: readonly number[]) =>
    parts.length === 0 ? '–' : percent(parts.reduce((sum, part) => sum + part, 0) / parts.length, 1);
  const least = able.toSorted((a, b) => a.healthy.promoted - b.healthy.promoted)[0];
  const most = lines.toSorted((a, b) => b.doubled.promoted - a.doubled.promoted)[0];
  const text = [
    '## Promotions',
    '',
    'The policy wants to be safe from doubled errors. “Power” is the part of doubled canaries that is rolled back within the hour.',
    '',
    `- Healthy, power at least 95 % (${able.length} of ${lines.length} cells): ${mean(able.map(({ healthy }) => healthy.promoted))} are promoted` +
      (least === undefined ? '.' : `; least in \`${least.id}\`, ${percent(least.healthy.promoted, 1)}.`),
    `- Doubled, all cells: ${mean(lines.map(({ doubled }) => doubled.promoted))} are promoted` +
      (most === undefined ? '.' : `; most in \`${most.id}\`, ${percent(most.doubled.promoted, 1)}.`),
    `- Tripled, all cells: ${mean(lines.map(({ tripled }) => tripled.promoted))} are promoted.`,
    '',
    markdownTable(
      ['cell', 'healthy: promoted', 'inconclusive', 'rolled back', 'doubled: promoted', 'rolled back'],
      lines.map(({ id, healthy, doubled }) => [
        `\`${id.replace(/\/healthy$/, '')}\``,
        percent(healthy.promoted, 1),
        percent(healthy.inconclusive, 1),
        percent(healthy.rolledBack, 1),
        percent(doubled.promoted, 1),
        percent(doubled.rolledBack, 1),
      ]),
    ),
    '',
  ].join('\n');
  return { text, pictures: [] };
}
