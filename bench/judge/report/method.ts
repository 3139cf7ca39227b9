import { families } from '../families.ts';
import { percent } from '../tables.ts';

/** Where the numbers come from: enough to make them again, or to doubt them. */
export interface Provenance {
  readonly date: string;
  readonly commit: string;
  readonly version: string;
  readonly node: string;
  readonly processor: string;
  /** Canaries that were simulated, without and with a regression. */
  readonly healthy: number;
  readonly ill: number;
  /** Each canary once for every judge that judged it. */
  readonly judgements: number;
  /** Some of the planned judges cannot judge every cell, so that even a whole run has fewer. */
  readonly plannedJudgements: number;
  /** Everything planned was run. */
  readonly whole: boolean;
  /** Only cells whose id this regular expression finds; empty: all. */
  readonly onlyCells: string;
  readonly judges: number;
}

export function introduction(from: Provenance): string {
  const { healthy, ill, judgements, plannedJudgements, whole, onlyCells } = from;
  const count = (number: number) => number.toLocaleString('en');
  const cut = `**The run was cut short** at ${percent(judgements / plannedJudgements, 0)} of its ${count(plannedJudgements)} planned judgements: cells have fewer runs than planned, and some none; intervals say what that leaves open.`;
  return [
    '<!-- Made by node bench/judge/report.ts; do not edit. -->',
    '',
    '# Operating characteristics of the canary judge',
    '',
    'How often the judge rolls healthy canaries back, how soon it finds ill ones, and how canaries end, measured on simulated traffic beside other',
    `judges and beside an oracle: ${count(healthy + ill)} canaries (${count(healthy)} healthy, ${count(ill)} with a regression), ${count(judgements)} judgements by ${from.judges} judges.`,
    ...(whole ? [] : [cut]),
    ...(onlyCells === '' ? [] : [`**Only cells** whose name matches \`${onlyCells}\` were run.`]),
    `Made ${from.date} at commit ${from.commit} (safety-gate ${from.version}, Node ${from.node}, ${from.processor}).`,
    '',
    'Every canary is simulated: its seed is the name of its cell and the number of its run, so each can be played again:',
    "`node bench/judge/run.ts --set SET --cells '^CELL$' --runs N --emit FILE.jsonl` writes a cell’s first N for `safety-gate judge FILE.jsonl`.",
    'A cell’s name says family, metric, requests a minute of both sides, the canary’s share, base ratio, periods of history (`x3`: in three slices).',
    '',
  ].join('\n');
}

export function method(): string {
  const names = (set: 'fitted' | 'held-out') =>
    families
      .filter((family) => family.set === set)
      .map(({ name, shown }) => `\`${name}\`${shown ? '' : ' (not shown by the history)'}`)
      .join(', ');
  return [
    '## How it was measured',
    '',
    '- Requests come as Poisson arrivals whose rate moves by a tenth with a memory of half an hour, shared by both sides.',
    '- `shared` noise moves both sides by the same factor in the same minute; of `own` noise each side, and each slice of the baseline, has its own.',
    `- Fitted families: ${names('fitted')}.`,
    `- Held out families: ${names('held-out')}.`,
    '- Percentiles are drawn as the order statistics they are, from a mixture of three log-normal response times; slow requests are counted from the same.',
    '- The oracle’s likelihoods are exact where the rate does not move by chance. Where it does, 256 particles that both hypotheses share stand for its states',
    '  (30 minutes of history, then the canary); a geometric burst beyond 2,000 events is taken as negative binomial; a CPU cut at 100 % as measured.',
    '- The policy is the default one: the first three periods of percentiles and gauges are not judged (`warmup`), and the oracle does not see them either.',
    '',
    '### The others’ settings',
    '',
    '- `kayenta-each-minute`, `kayenta-at-end`: NetflixACAJudge-v1.0, intervals at 98 %, tolerance 0.25, all minutes since the canary began (five at least), every metric in one group,',
    '  an interval below 75 fails at once and the last must reach 95.',
    '- `flagger-5`, `flagger-10`: success ratio of at least 99 % each minute, so many failed checks in all roll back; no value is a failed check.',
    '- `argo-0`, `argo-3`: success ratio of at least 95 %, more than so many failed measurements roll back, as do five in a row without a value.',
    '- `alarm-2x300s`, `alarm-1x60s`: an alarm on the canary’s error ratio above 5 %, which stops a CodeDeploy deployment.',
    '- `z-test-5%`, `z-test-1%` (all requests so far), `t-test-5%` (Welch), `mann-whitney-5%` (minutes so far): one-sided, asked again each minute as if it were the only time.',
    '',
  ].join('\n');
}
