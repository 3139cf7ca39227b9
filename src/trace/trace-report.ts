import { type Agreement, agreementByKind, agreementOf, agrees, differingStatements } from './agreement.ts';
import { type Difference, differenceKinds } from './compare.ts';
import type { Replay, TracedStatement } from './replay.ts';

/** What `verify-effects --format json` prints. */
export interface TraceReport {
  readonly version: 1;
  /** As the server writes its version. */
  readonly server: string;
  /** Major that the analysis took. */
  readonly analysedAs: number;
  readonly agrees: boolean;
  readonly totals: Agreement;
  readonly kinds: readonly (Agreement & { readonly kind: string })[];
  readonly differing: readonly TracedStatement[];
  /** Statements of which some locks or scans need rows that were not there. */
  readonly notExercised: readonly TracedStatement[];
  readonly refused: readonly TracedStatement[];
  readonly passedOver: readonly TracedStatement[];
  readonly unreadable: Replay['unreadable'];
}

export function traceReport(
  { statements, unreadable }: Replay,
  { server, analysedAs }: { server: string; analysedAs: number },
): TraceReport {
  return {
    version: 1,
    server,
    analysedAs,
    agrees: agrees(statements),
    totals: agreementOf(statements),
    kinds: agreementByKind(statements),
    differing: differingStatements(statements),
    notExercised: statements.filter(
      ({ outcome }) => outcome.status === 'compared' && outcome.notExercised.some(({ what }) => what !== 'scan-extra'),
    ),
    refused: statements.filter(({ outcome }) => outcome.status === 'refused'),
    passedOver: statements.filter(({ outcome }) => outcome.status === 'passed over'),
    unreadable,
  };
}

type Column = readonly [heading: string, value: (agreement: Agreement) => number];

const columns: readonly Column[] = [
  ['statements', ({ statements }) => statements],
  ['passed over', ({ passedOver }) => passedOver],
  ['refused', ({ refused }) => refused],
  ['opaque', ({ opaque }) => opaque],
  ['locks seen', ({ locksObserved }) => locksObserved],
  ['equal', ({ locksEqual }) => locksEqual],
  ['no rows', ({ locksNotExercised }) => locksNotExercised],
  ['rewrites', ({ rewrites }) => rewrites.observed],
  ['builds', ({ indexBuilds }) => indexBuilds.observed],
  ['differ', ({ differences }) => Object.values(differences).reduce((one, other) => one + other, 0)],
];

function table(report: TraceReport): string {
  const rows = [
    ['kind', ...columns.map(([heading]) => heading)],
    ...report.kinds.map((agreement) => [agreement.kind, ...columns.map(([, value]) => String(value(agreement)))]),
    ['total', ...columns.map(([, value]) => String(value(report.totals)))],
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return `${rows.map(line).join('\n')}\n`;
}

/** Cut, not rounded, so that 100 % is said of all only. */
function percent(part: number, whole: number): string {
  return whole === 0 ? 'none to compare' : `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}

function totals({ totals: all }: TraceReport): string {
  const { locksEqual, locksObserved, locksNotExercised, locksUnknowable, rewrites, indexBuilds, scans, differences } =
    all;
  const exercised = locksObserved - locksNotExercised;
  const line = (what: 'rewrite' | 'index-build' | 'scan', counts: { observed: number; claimed: number }): string =>
    `${counts.observed} seen, ${counts.claimed} claimed, ${differences[`${what}-missed`]} missed, ${differences[`${what}-extra`]} claimed wrongly`;
  const counted = differenceKinds.filter((what) => differences[what] > 0).map((what) => `${what} ${differences[what]}`);
  return [
    `strongest lock on every existing relation equal: ${locksEqual} of ${exercised} statements (${percent(locksEqual, exercised)}); ${locksNotExercised} more claim locks that need rows, where there were none; ${locksUnknowable} differ only on relations that opaque statements made`,
    `rewrites: ${line('rewrite', rewrites)}`,
    `index builds: ${line('index-build', indexBuilds)}`,
    `scans, compared only where rows exist: ${line('scan', scans)}; ${scans.notExercised} claimed of tables without rows`,
    `differences: ${counted.join(', ') || 'none'}`,
  ].join('\n');
}

function describe({ what, relation, index, claimed, observed }: Difference): string {
  const subject = [relation, index].filter((each) => each !== undefined).join(' ');
  const sides =
    claimed === undefined && observed === undefined
      ? ''
      : `: claimed ${claimed ?? 'nothing'}, observed ${observed ?? 'nothing'}`;
  return `    ${what}${subject === '' ? '' : ` ${subject}`}${sides}`;
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}

function differing({ path, line, kind, text, outcome }: TracedStatement): string {
  if (outcome.status !== 'compared') return '';
  const opaque = outcome.opaqueReason === undefined ? '' : `    opaque: ${outcome.opaqueReason}\n`;
  return `${path}:${line} ${kind}\n    ${shorten(text)}\n${opaque}${outcome.differences.map(describe).join('\n')}\n`;
}

function refusals(report: TraceReport): string {
  const lines = report.refused.map(({ path, line, kind, outcome }) =>
    outcome.status === 'refused' ? `${path}:${line} ${kind}: ${outcome.refusal.code} ${outcome.refusal.message}\n` : '',
  );
  return lines.length === 0 ? '' : `\nrefused by the server:\n${lines.join('')}`;
}

export function renderText(report: TraceReport): string {
  const { server, analysedAs, unreadable } = report;
  const unread = unreadable.map(({ path, error }) => `${path}:${error.line} not read: ${error.message}\n`).join('');
  const differences = report.differing.map(differing).join('');
  return [
    `PostgreSQL ${server}; analysed as version ${analysedAs}\n\n`,
    table(report),
    `\n${totals(report)}\n`,
    unread === '' ? '' : `\n${unread}`,
    refusals(report),
    differences === '' ? '' : `\ndiffering statements:\n${differences}`,
  ].join('');
}
