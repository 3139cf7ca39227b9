import { overallOf, paceOf, type Row } from './summary.ts';

const healthySets = ['fitted', 'held-out', 'no-history', 'matched'];
const worstShown = 12;

/** What the rows say, for a terminal. */
export function tablesOf(rows: readonly Row[]): string {
  const parts = [...Map.groupBy(rows, ({ set }) => set)].map(([set, own]) => {
    if (healthySets.includes(set)) return healthyTable(set, own);
    if (set === 'incident') return incidentTable(own);
    if (set === 'promote') return promoteTable(own);
    return delayTable(set, own);
  });
  return `${parts.join('\n')}\n`;
}

export function percent(part: number, digits = 2): string {
  return `${(100 * part).toFixed(digits)} %`;
}

function healthyTable(set: string, rows: readonly Row[]): string {
  const lines = overallOf(rows, 0.01).map(
    (all) =>
      `${all.judge}: ${percent(all.rolledBack)} of ${all.runs} healthy canaries rolled back (${percent(all.lower)} to ${percent(all.upper)}), ` +
      `${all.cells} cells, ${all.surelyAbove} surely above 1 %`,
  );
  const worst = rows
    .toSorted((a, b) => b.rolledBack - a.rolledBack)
    .slice(0, worstShown)
    .map(
      (row) =>
        `  ${percent(row.rolledBack).padStart(8)}  ${percent(row.lower)} to ${percent(row.upper)}  ${row.judge}  ${row.cell}  (${row.runs} runs, ${row.millisecondsEach.toFixed(2)} ms)`,
    );
  return [`${set}:`, ...lines, 'worst:', ...worst].join('\n');
}

function incidentTable(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) => `  ${percent(row.atFirstPeriod).padStart(8)} at the first period  ${row.judge}  ${row.cell}`,
  );
  return ['incident:', ...lines].join('\n');
}

function promoteTable(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `  promote ${percent(row.promoted, 1)}, inconclusive ${percent(row.inconclusive, 1)}, rollback ${percent(row.rolledBack, 1)}  ${row.judge}  ${row.cell}`,
  );
  return ['promote:', ...lines].join('\n');
}

function delayTable(set: string, rows: readonly Row[]): string {
  const [times, plus] = set === 'company' ? [2, 0] : [1.5, 1];
  const lines = paceOf(rows, times, plus).flatMap(({ judge, cells, within, missed }) => [
    `${judge}: ${within} of ${cells} cells (${percent(cells === 0 ? 0 : within / cells, 1)}) within ${times} x the oracle's median${plus > 0 ? ` + ${plus}` : ''}`,
    ...missed
      .toSorted((a, b) => (b.delay ?? 99) / b.oracle - (a.delay ?? 99) / a.oracle)
      .slice(0, worstShown)
      .map(({ cell, delay, oracle }) => `  ${delay ?? 'never'} against ${oracle}  ${cell}`),
  ]);
  return [`${set}:`, ...lines].join('\n');
}
