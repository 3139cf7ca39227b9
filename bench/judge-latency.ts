// How often the latency rule rolls a healthy release back, measured: node bench/judge-latency.ts [WATCHES].
// Response times are independent and log-normal on both sides; the table stands in docs/canary.md.
import { judge } from '../src/canary/judge.ts';
import { canaryPolicy } from '../src/canary/policy.ts';
import { at, observed } from '../test/support/observations.ts';
import { normal, seeded } from '../test/support/random.ts';

const count = Number(process.argv[2] ?? 300);
const minutes = 60;
const span = { startedAt: at(0), endsAt: at(minutes) };
const baselineRequests = 630;

/** The percentile of so many response times with a median of 0.2 s. */
function percentile(random: () => number, requests: number, spread: number, part: number): number {
  const times = Array.from({ length: requests }, () => 0.2 * Math.exp(spread * normal(random)));
  times.sort((a, b) => a - b);
  return times[Math.min(requests - 1, Math.ceil(part * requests) - 1)] ?? 0;
}

/** Minute of the rollback, null when there was none. */
function play(random: () => number, metric: string, part: number, requests: number, spread: number): number | null {
  const policy = canaryPolicy.parse({ settle: '0s', metrics: [metric] });
  const canary = [];
  const baseline = [];
  for (let minute = 1; minute <= minutes; minute += 1) {
    canary.push({ requests, [metric]: percentile(random, requests, spread, part) });
    baseline.push({ requests: baselineRequests, [metric]: percentile(random, baselineRequests, spread, part) });
    if (judge(policy, span, [observed({ canary, baseline })]).decision === 'rollback') return minute;
  }
  return null;
}

process.stdout.write(`${count} healthy watches of 60 minutes each, a look a minute: rolled back\n`);
process.stdout.write('| canary requests a minute | spread | p50 | p95 | p99 |\n|---|---|---|---|---|\n');
for (const requests of [10, 35, 70, 140, 350]) {
  for (const spread of [0.5, 1]) {
    const cells = (['0.50', '0.95', '0.99'] as const).map((part) => {
      const random = seeded(7000 + requests);
      const metric = `latency-p${part.slice(2)}`;
      const ends = Array.from({ length: count }, () => play(random, metric, Number(part), requests, spread));
      return `${((100 * ends.filter((end) => end !== null).length) / count).toFixed(1)} %`;
    });
    process.stdout.write(`| ${requests} | ${spread} | ${cells.join(' | ')} |\n`);
  }
}
