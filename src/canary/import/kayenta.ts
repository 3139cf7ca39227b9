import { z } from 'zod';
import { mannWhitneySettings, unusedEffects } from '../mann-whitney/settings.ts';
import { mapQueries } from './cloudwatch-query.ts';
import { type Findings, findingsOf, type ImportedPolicy, noteStray } from './imported.ts';
import { groupWeightsOf } from './kayenta-weights.ts';
import { ownMetricWayOut, type Recognized, recognizeMetric, unexpressed } from './known-metric.ts';
import { isSharedMetric, type MappedMetric, metricEntries } from './mapped-metric.ts';
import { type Path, readAsSchema, readDocuments, UnreadablePolicy } from './source-text.ts';

const effectSize = z.looseObject({
  measure: z.string().optional(),
  allowedIncrease: z.number().optional(),
  allowedDecrease: z.number().optional(),
  criticalIncrease: z.number().optional(),
  criticalDecrease: z.number().optional(),
});

const analysis = z.looseObject({
  direction: z.string().optional(),
  nanStrategy: z.string().optional(),
  critical: z.boolean().optional(),
  muted: z.boolean().optional(),
  mustHaveData: z.boolean().optional(),
  effectSize: effectSize.optional(),
  outliers: z.looseObject({ strategy: z.string().optional(), outlierFactor: z.number().gt(0).optional() }).optional(),
});

const metric = z.looseObject({
  name: z.string().min(1),
  query: z.looseObject({ type: z.string() }),
  groups: z.array(z.string()).default([]),
  analysisConfigurations: z.looseObject({ canary: analysis.default({}) }).prefault({}),
});

/** A canary config (spinnaker/kayenta, docs/canary-config.md); what only its store needs is let through. */
const config = z.looseObject({
  name: z.string().default('canary config'),
  judge: z.looseObject({ name: z.string() }).optional(),
  templates: z.record(z.string(), z.string()).default({}),
  metrics: z.array(metric).min(1, 'is empty; there is nothing to judge').max(200),
  classifier: z
    .looseObject({
      groupWeights: z.record(z.string(), z.number().min(0)).nullish(),
      scoreThresholds: z.looseObject({ pass: z.number(), marginal: z.number() }).nullish(),
    })
    .prefault({}),
});

type Metric = z.output<typeof metric>;
type Analysis = z.output<typeof analysis>;

interface JudgedMetric {
  readonly mapped: MappedMetric;
  readonly settings: Readonly<Record<string, unknown>> & { readonly groups: readonly string[] };
}

/**
 * A canary config of Kayenta as a canary block with `judge: mann-whitney`.
 * @param text JSON, or YAML
 * @throws UnreadablePolicy where it is no canary config
 */
export function importKayenta(text: string): ImportedPolicy {
  const [document, ...more] = readDocuments(text);
  if (document === undefined || more.length > 0) {
    throw new UnreadablePolicy([{ line: null, text: `${more.length + 1} documents; a canary config is one` }]);
  }
  const read = readAsSchema(document, config);
  const findings = findingsOf(document);
  const judged: JudgedMetric[] = [];
  read.metrics.forEach((one, at) => {
    const mapped = mapMetric(one, read.templates, ['metrics', at], findings, judged);
    if (mapped !== null) judged.push({ mapped, settings: settingsOf(one, mapped, ['metrics', at], findings) });
  });
  const groups = [...new Set(judged.flatMap(({ settings }) => settings.groups))];
  const weights = read.classifier.groupWeights ?? {};
  const thresholds = read.classifier.scoreThresholds;
  if (thresholds === undefined || thresholds === null) {
    const place: Path = ['classifier'];
    findings.note(place, 'no scoreThresholds: in Spinnaker the pipeline has them; pass 95 and marginal 75 are taken');
  }
  findings.note(
    [],
    'how often it is judged stands in the pipeline, not in the config: each period here; write every: 30 for each half hour',
  );
  const judgeSettings = {
    scoreThresholds: { pass: thresholds?.pass ?? 95, marginal: thresholds?.marginal ?? 75 },
    groupWeights: groupWeightsOf(weights, groups, findings),
    metrics: judged.map(({ mapped, settings }) => ({ metric: mapped.name, ...settings })),
  };
  const { lost, notes } = findings;
  const metrics = judged.map(({ mapped }) => mapped);
  const result = { from: 'kayenta' as const, name: read.name, metrics, lost, notes };
  if (judged.length === 0) return { ...result, canary: null };
  const { error } = mannWhitneySettings.safeParse(judgeSettings);
  for (const issue of error?.issues ?? []) findings.lose(['classifier', ...pathIn(issue.path)], issue.message);
  if (error !== undefined) return { ...result, canary: null };
  return { ...result, canary: { judge: 'mann-whitney', mannWhitney: judgeSettings, metrics: metricEntries(metrics) } };
}

function pathIn(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function mapMetric(
  one: Metric,
  templates: Readonly<Record<string, string>>,
  path: Path,
  findings: Findings,
  earlier: readonly JudgedMetric[],
): MappedMetric | null {
  const lose = (text: string): null => {
    findings.lose([...path, 'name'], `metric "${one.name}": ${text}`);
    return null;
  };
  const found =
    one.query.type === 'cloudwatch' ? fromCloudWatch(one) : recognizeMetric(one.name, queryText(one, templates));
  if (found.kind === 'unknown') return lose(`${one.query.type} query; ${found.text}; ${found.wayOut}`);
  if (isSharedMetric(found)) {
    return lose(`"${found.name}" is one number for both versions, so nothing is left to compare; ${ownMetricWayOut}`);
  }
  if (one.groups.length === 0) return lose('is in no group, so it has no part in the score; write groups');
  const same = earlier.find(({ mapped }) => mapped.name === found.name);
  if (same !== undefined) {
    return lose(`is ${found.name} here, which another metric of the config is already; keep one of them`);
  }
  const counts =
    found.name === 'error-ratio' && !/ratio|rate|percent|\/|%/i.test(`${one.name} ${queryText(one, templates)}`);
  if (counts) {
    findings.note(
      [...path, 'name'],
      `metric "${one.name}": a number of errors becomes errors of all requests: here the baseline carries the rest of the traffic`,
    );
  }
  return found;
}

/** A query of type cloudwatch: GetMetricData queries, or one metric with its dimensions. */
function fromCloudWatch({ name, query }: Metric): Recognized {
  const inline = query.customInlineTemplate;
  let given: unknown = query.metricDataQueries;
  if (typeof inline === 'string') {
    try {
      given = JSON.parse(inline);
    } catch (cause) {
      return unexpressed(`its customInlineTemplate is no JSON of GetMetricData queries (${String(cause)})`);
    }
  }
  if (given === undefined) {
    const { namespace, metricName, dimensions, stat, statistic, statistics } = query;
    const list = Array.isArray(dimensions) ? dimensions : Object.entries(dimensions ?? {}).map(pairOf);
    const kind = stat ?? statistic ?? statistics;
    given = [{ id: 'value', metricStat: { metric: { namespace, metricName, dimensions: list }, stat: kind } }];
  }
  const mapped = mapQueries(name, given);
  return 'problem' in mapped ? unexpressed(mapped.problem) : mapped.metric;
}

function pairOf([name, value]: readonly [string, unknown]) {
  return { name, value };
}

/** Everything that the query says, the template that it names included. */
function queryText({ query }: Metric, templates: Readonly<Record<string, string>>): string {
  const { type: _, customFilterTemplate, ...rest } = query;
  const template = typeof customFilterTemplate === 'string' ? (templates[customFilterTemplate] ?? '') : '';
  return `${JSON.stringify(rest).replaceAll('\\"', '"')} ${template}`;
}

const known = ['direction', 'nanStrategy', 'critical', 'muted', 'mustHaveData', 'effectSize', 'outliers'];
const effectKeys = ['measure', 'allowedIncrease', 'allowedDecrease', 'criticalIncrease', 'criticalDecrease'];

function settingsOf(one: Metric, mapped: MappedMetric, path: Path, findings: Findings): JudgedMetric['settings'] {
  const given = one.analysisConfigurations.canary;
  const place: Path = [...path, 'analysisConfigurations', 'canary'];
  noteStray(findings, place, given, known);
  noteStray(findings, [...place, 'effectSize'], given.effectSize, effectKeys);
  const either = ['increase', 'decrease', 'either'] as const;
  const direction = wordOf(given.direction, either, 'either', [...place, 'direction'], findings);
  const written = wordOf(given.nanStrategy, ['remove', 'replace'], 'remove', [...place, 'nanStrategy'], findings);
  const nanStrategy = nanStrategyOf(written, mapped, place, findings);
  const strategy = wordOf(given.outliers?.strategy, ['keep', 'remove'], 'keep', [...place, 'outliers'], findings);
  const critical = given.critical === true;
  return {
    ...(mapped.as === 'value' || mapped.as === 'milliseconds' ? {} : { as: mapped.as }),
    groups: one.groups,
    direction,
    nanStrategy,
    ...(strategy === 'keep' ? {} : { outliers: { strategy, outlierFactor: given.outliers?.outlierFactor ?? 3 } }),
    ...(critical ? { critical } : {}),
    ...(given.mustHaveData === true ? { mustHaveData: true } : {}),
    ...(given.muted === true ? { muted: true } : {}),
    ...effectsOf(given, { direction, critical }, place, findings),
  };
}

function wordOf<const Word extends string>(
  given: string | undefined,
  accepted: readonly Word[],
  fallback: NoInfer<Word>,
  path: Path,
  findings: Findings,
): Word {
  const found = accepted.find((word) => word === given);
  if (given !== undefined && found === undefined) {
    findings.note(
      path,
      `"${given}" is none of ${accepted.join(', ')}; Kayenta reads it as ${fallback}, and so does this`,
    );
  }
  return found ?? fallback;
}

/** The gate knows of each minute how many requests there were: no errors beside requests is 0, no requests is no number. */
function nanStrategyOf(given: string, mapped: MappedMetric, path: Path, findings: Findings): string {
  if (given !== 'replace' || mapped.kind !== 'built-in') return given;
  findings.note(
    [...path, 'nanStrategy'],
    'replace is not needed: without errors error-ratio is 0, and without requests it must not be',
  );
  return 'remove';
}

/** Thresholds that are never asked are left out, as Kayenta ignores them, and named (kayenta#744). */
function effectsOf(
  given: Analysis,
  judged: { direction: 'increase' | 'decrease' | 'either'; critical: boolean },
  path: Path,
  findings: Findings,
): Readonly<Record<string, unknown>> {
  const { effectSize: all = {} } = given;
  const measure = all.measure === 'cles' ? 'cles' : 'meanRatio';
  const unused = unusedEffects({ ...judged, effectSize: all });
  for (const field of unused) {
    findings.note(
      [...path, 'effectSize', field],
      `${field} has no effect (direction ${judged.direction}, critical ${judged.critical}), in Kayenta neither; left out`,
    );
  }
  const kept = effectKeys.filter((key) => key !== 'measure' && !(unused as readonly string[]).includes(key));
  const effects = Object.fromEntries(kept.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
  if (measure === 'meanRatio' && Object.keys(effects).length === 0) return {};
  return { effectSize: { ...(measure === 'cles' ? { measure } : {}), ...effects } };
}
