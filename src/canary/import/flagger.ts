import { mapQueries } from './cloudwatch-query.ts';
import {
  type FlaggerAnalysis,
  type FlaggerMetric,
  type FlaggerTemplate,
  flaggerCanary,
  flaggerTemplate,
  kubernetesObject,
} from './flagger-schema.ts';
import { goSeconds, minutesOf } from './go-duration.ts';
import { type Findings, findingsOf, type ImportedPolicy, noteShared } from './imported.ts';
import { ownMetricWayOut, partialWayOut, type Recognized, recognizeMetric, unexpressed } from './known-metric.ts';
import { readingOf, readingText } from './limits.ts';
import { type MappedMetric, metricEntries } from './mapped-metric.ts';
import { settingsProblems } from './settings-problems.ts';
import { type Path, readAsSchema, readDocuments, UnreadablePolicy } from './source-text.ts';

/**
 * A Canary of Flagger, with the MetricTemplates that it refers to in the same text, as a canary block with
 * `judge: thresholds`.
 * @param service which Canary is meant, where there are several: its name
 * @throws UnreadablePolicy where there is none
 */
export function importFlagger(text: string, service: string | undefined): ImportedPolicy {
  const documents = readDocuments(text).map((document) => ({ document, ...readAsSchema(document, kubernetesObject) }));
  const canaries = documents.filter(({ kind }) => kind === 'Canary');
  const chosen = canaries.length === 1 ? canaries[0] : canaries.find(({ metadata }) => metadata.name === service);
  if (chosen === undefined) throw new UnreadablePolicy([{ line: null, text: choice(canaries, documents) }]);
  const { document } = chosen;
  const { spec, metadata } = readAsSchema(document, flaggerCanary);
  const templates = documents
    .filter(({ kind }) => kind === 'MetricTemplate')
    .map((one) => readAsSchema(one.document, flaggerTemplate));
  const findings = findingsOf(document);
  const { lost, notes } = findings;
  const result = { from: 'flagger' as const, name: metadata.name, metrics: [], lost, notes };
  const key = spec.analysis === undefined ? 'canaryAnalysis' : 'analysis';
  const analysis = spec[key];
  if (analysis === undefined || spec.skipAnalysis) {
    findings.lose(
      ['spec'],
      'no analysis, or skipAnalysis: Flagger judges nothing here; leave the canary block out for the default judge',
    );
    return { ...result, canary: null };
  }
  const place: Path = ['spec', key];
  webhookFindings(analysis, place, findings);
  routingFindings(analysis, place, findings);
  const every = minutes(analysis.interval, [...place, 'interval'], findings);
  const ranges: { readonly mapped: MappedMetric; readonly range: Readonly<Record<string, unknown>> }[] = [];
  analysis.metrics.forEach((metric, at) => {
    const one = rangeOf(metric, templates, [...place, 'metrics', at], findings);
    if (one !== null) ranges.push(one);
  });
  if (ranges.length === 0) {
    if (analysis.metrics.length === 0) findings.lose(place, 'no metrics: every check of Flagger passes (flagger#1581)');
    return { ...result, canary: null };
  }
  const checks = checksOf(analysis);
  const thresholds = {
    failedChecks: analysis.threshold > 0 ? analysis.threshold : 1,
    every,
    ranges: ranges.map(({ range }) => range),
  };
  const metrics = ranges.map(({ mapped }) => mapped);
  const problems = settingsProblems(thresholds, metrics);
  if (problems.length > 0) return { ...result, lost: [...lost, ...problems], canary: null };
  const duration = `${Math.max(2, checks * every)}m`;
  return {
    ...result,
    metrics,
    canary: { duration, judge: 'thresholds', thresholds, metrics: metricEntries(metrics) },
  };
}

function choice(
  canaries: readonly { readonly metadata: { readonly name: string } }[],
  documents: readonly { readonly kind: string }[],
): string {
  if (canaries.length > 0) {
    return `${canaries.length} Canaries: ${canaries.map(({ metadata }) => metadata.name).join(', ')}; choose one with --service NAME`;
  }
  return `no Canary in it, but ${[...new Set(documents.map(({ kind }) => kind))].join(', ')}`;
}

function minutes(text: string, path: Path, findings: Findings): number {
  const found = goSeconds(text);
  if (found === undefined) {
    findings.note(path, `"${text}" is no duration; Flagger takes its default of 1m then, and so does this`);
    return 1;
  }
  if (found % 60 !== 0)
    findings.note(path, `${text}: the gate looks once a minute at most; rounded to ${minutesOf(found)} min`);
  return minutesOf(found);
}

/** How many checks Flagger makes of a canary that passes them all. */
function checksOf({ iterations, stepWeights, stepWeight, maxWeight }: FlaggerAnalysis): number {
  if (iterations !== undefined && iterations > 0) return iterations;
  if (stepWeights !== undefined && stepWeights.length > 0) return stepWeights.length;
  if (stepWeight !== undefined && stepWeight > 0) return Math.ceil((maxWeight ?? 100) / stepWeight);
  return 10;
}

type RangeFound = { readonly mapped: MappedMetric; readonly range: Readonly<Record<string, unknown>> };

function rangeOf(
  metric: FlaggerMetric,
  templates: readonly FlaggerTemplate[],
  path: Path,
  findings: Findings,
): RangeFound | null {
  const template = templates.find(({ metadata }) => metadata.name === metric.templateRef?.name);
  const text = `${metric.name} ${metric.query ?? template?.spec.query ?? ''}`;
  const { found, window } = mapped(metric, template);
  if (found.kind === 'unknown') {
    findings.lose([...path, 'name'], `metric "${metric.name}": ${found.text}; ${found.wayOut}`);
    return null;
  }
  const { min, max } = limitsOf(metric);
  const limits = [min, max].flatMap((limit) => (limit === undefined ? [] : [limit]));
  if (limits.length === 0) {
    findings.lose([...path, 'name'], `metric "${metric.name}": has no thresholdRange; write its min or max`);
    return null;
  }
  const built = builtIns[metric.name] !== undefined;
  const { reading, guessed } = built ? { reading: found.as, guessed: false } : readingOf(found, text, limits);
  if (guessed)
    findings.note(
      [...path, 'name'],
      `metric "${metric.name}" is ${found.name}, read ${readingText(reading)}; set "as" if that is wrong`,
    );
  noteShared(findings, [...path, 'name'], metric.name, found);
  const as = reading === 'value' ? {} : { as: reading };
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return { mapped: found, range: { metric: found.name, ...as, ...bounds, ...(window > 1 ? { window } : {}) } };
}

/** Flagger's own two metrics: success in percent, the 99th percentile in milliseconds. */
const builtIns: Readonly<Record<string, MappedMetric>> = {
  'request-success-rate': { kind: 'built-in', entry: 'error-ratio', name: 'error-ratio', as: 'complement-percent' },
  'request-duration': { kind: 'built-in', entry: 'latency-p99', name: 'latency-p99', as: 'milliseconds' },
};

function mapped(metric: FlaggerMetric, template: FlaggerTemplate | undefined): { found: Recognized; window: number } {
  const window = minutesOf(goSeconds(metric.interval ?? '1m') ?? 60);
  const own = builtIns[metric.name];
  if (own !== undefined) return { found: own, window };
  const unknown = (text: string, wayOut = `or ${partialWayOut}`) => ({ found: unexpressed(text, wayOut), window });
  if (metric.templateRef !== undefined && template === undefined) {
    return unknown(`its MetricTemplate "${metric.templateRef.name}" is not in the file; append it after a line of ---`);
  }
  if (template?.spec.provider.type === 'cloudwatch') {
    let queries: unknown;
    try {
      queries = JSON.parse(template.spec.query);
    } catch (cause) {
      return unknown(`the query of its MetricTemplate is no JSON (${String(cause)}); write GetMetricData queries`);
    }
    const found = mapQueries(metric.name, queries);
    if ('problem' in found) return unknown(found.problem, ownMetricWayOut);
    return { found: found.metric, window: minutesOf(found.periodSeconds) };
  }
  const query = metric.query ?? template?.spec.query;
  if (query === undefined)
    return unknown('it has neither query nor templateRef, and is none of request-success-rate, request-duration');
  return { found: recognizeMetric(metric.name, query), window };
}

/** The deprecated `threshold` is the least of a success rate, and the most of everything else. */
function limitsOf({ name, threshold, thresholdRange }: FlaggerMetric): {
  min?: number | undefined;
  max?: number | undefined;
} {
  if (thresholdRange !== undefined) return { min: thresholdRange.min, max: thresholdRange.max };
  if (threshold === undefined) return {};
  return name === 'request-success-rate' ? { min: threshold } : { max: threshold };
}

function webhookFindings({ webhooks }: FlaggerAnalysis, place: Path, findings: Findings): void {
  webhooks.forEach(({ name, type, metadata }, at) => {
    const path = [...place, 'webhooks', at];
    const text = `webhook "${name}" (${type})`;
    if (type === 'event') return;
    if (type === 'rollback') findings.note(path, `${text}: POST /rollback does that here`);
    else if (type === 'rollout' && 'cmd' in metadata)
      findings.note(path, `${text}: makes load; run it beside the deployment`);
    else if (type === 'rollout') {
      findings.lose(
        path,
        `${text}: its answer decides a check as well; call it in a CodeDeploy hook of its own, or ${partialWayOut}`,
      );
    } else findings.note(path, `${text}: gates are CodeDeploy lifecycle hooks here, and an operator's override`);
  });
}

function routingFindings(analysis: FlaggerAnalysis, place: Path, findings: Findings): void {
  const routing = ['match', 'mirror', 'sessionAffinity', 'stepWeight', 'stepWeights', 'maxWeight'].filter(
    (key) => key in analysis,
  );
  const [first] = routing;
  if (first !== undefined) {
    findings.note(
      [...place, first],
      `${routing.join(', ')}: who gets the canary is CodeDeploy's deployment configuration here`,
    );
  }
  if ('alerts' in analysis)
    findings.note([...place, 'alerts'], 'alerts: the gate tells by itself; set its notifications');
}
