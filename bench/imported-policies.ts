// What usual policies of other tools do at the incident's traffic: node bench/imported-policies.ts [RUNS]. Writes the
// table of docs/import.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { importArgo } from '../src/canary/import/argo.ts';
import { importFlagger } from '../src/canary/import/flagger.ts';
import type { ImportedPolicy } from '../src/canary/import/imported.ts';
import { importKayenta } from '../src/canary/import/kayenta.ts';
import { measureImport } from '../src/canary/import/measure-import.ts';
import { percent } from '../src/canary/import/rate-text.ts';

const runs = Number(process.argv[2] ?? 2000);
const traffic = { requestsPerMinute: 700, canaryShare: 0.05, errorRatio: 0.005, latencySeconds: 0.2 };

const kayentaMetric = (name: string, group: string) => ({
  name,
  query: { type: 'prometheus', metricName: name },
  groups: [group],
  analysisConfigurations: { canary: { direction: 'increase' } },
});

function kayenta(...metrics: readonly object[]): ImportedPolicy {
  const classifier = { scoreThresholds: { pass: 95, marginal: 75 } };
  return importKayenta(JSON.stringify({ name: 'usual', metrics, classifier }));
}

function flagger(metrics: string): ImportedPolicy {
  const analysis = `{ interval: 1m, threshold: 5, iterations: 60, metrics: [${metrics}] }`;
  return importFlagger(`kind: Canary\nspec:\n  analysis: ${analysis}\n`, undefined);
}

function argo(condition: string, failureLimit: number): ImportedPolicy {
  const provider = 'prometheus: { query: "sum(ok) / sum(all)" }';
  const metric = `{ name: success-rate, interval: 1m, failureLimit: ${failureLimit}, successCondition: "${condition}", provider: { ${provider} } }`;
  return importArgo(`kind: AnalysisTemplate\nspec:\n  metrics: [${metric}]\n`);
}

const success = '{ name: request-success-rate, thresholdRange: { min: 99 } }';
const duration = (milliseconds: number) => `{ name: request-duration, thresholdRange: { max: ${milliseconds} } }`;
const errors = kayentaMetric('error ratio', 'errors');
const latencies = ['p50', 'p95', 'p99'].map((name) => kayentaMetric(`latency ${name}`, 'latency'));
const policies: readonly (readonly [string, ImportedPolicy])[] = [
  ['Kayenta: errors', kayenta(errors)],
  ['Kayenta: errors, mean latency', kayenta(errors, kayentaMetric('mean latency', 'latency'))],
  ['Kayenta: errors, latency p50, p95, p99', kayenta(errors, ...latencies)],
  ['Flagger: success >= 99 %, 5 failed checks', flagger(success)],
  ['Flagger: the same, p99 <= 500 ms', flagger(`${success}, ${duration(500)}`)],
  ['Flagger: the same, p99 <= 1 s', flagger(`${success}, ${duration(1000)}`)],
  ['Argo: success >= 95 %, failureLimit 3', argo('result[0] >= 0.95', 3)],
  ['Argo: success >= 95 %, failureLimit 0', argo('result[0] >= 0.95', 0)],
  ['Argo: success >= 99 %, failureLimit 3', argo('result[0] >= 0.99', 3)],
];

const rows = policies.map(([name, policy]) => {
  if (policy.canary === null || policy.lost.length > 0) throw new Error(`${name}: ${JSON.stringify(policy.lost)}`);
  const { rate, doubled, fromFirstPoint } = measureImport(policy.canary, policy, traffic, runs);
  const cells = [rate?.rolledBack, rate?.inconclusive, rate?.rolledBackAtEnd, fromFirstPoint, doubled].map((part) =>
    part === null || part === undefined ? '–' : percent(part),
  );
  process.stderr.write(`${name}: ${cells.join(', ')}\n`);
  return [name, ...cells];
});

const head = [
  'policy',
  'healthy: rolled back',
  'inconclusive',
  'rolled back if judged once, at the end',
  'if judged from the first point on',
  'errors doubled: rolled back',
];
const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)));
const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
const table = [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
const page = readFileSync('docs/import.md', 'utf8');
const [begin, end] = ['<!-- imported-policies:begin -->', '<!-- imported-policies:end -->'];
const [before = '', after = ''] = [page.split(begin)[0], page.split(end)[1]];
writeFileSync('docs/import.md', `${before}${begin}\n\n${table}\n\n${end}${after}`);
