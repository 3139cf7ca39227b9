import { parseCondition } from '../thresholds/condition.ts';
import { ConditionError } from '../thresholds/tokens.ts';
import { withArguments } from './argo-arguments.ts';
import { type ArgoMetric, argoTemplate } from './argo-schema.ts';
import { mapQueries } from './cloudwatch-query.ts';
import { kubernetesObject } from './flagger-schema.ts';
import { goSeconds, minutesOf } from './go-duration.ts';
import { type Finding, type Findings, findingsOf, type ImportedPolicy, noteShared } from './imported.ts';
import { partialWayOut, type Recognized, recognizeMetric, unexpressed } from './known-metric.ts';
import { readingOf, readingText } from './limits.ts';
import { type MappedMetric, metricEntries } from './mapped-metric.ts';
import { settingsProblems } from './settings-problems.ts';
import { type Path, readAsSchema, readDocuments, type SourceDocument, UnreadablePolicy } from './source-text.ts';

const kinds = ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'];

interface Measured {
  readonly mapped: MappedMetric;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Minutes until it has all its measurements; null: as long as the canary runs. */
  readonly minutes: number | null;
}

/**
 * The AnalysisTemplates of a text as a canary block with `judge: thresholds`. All metrics of all templates are judged
 * together, as in a Rollout that names them all.
 * @throws UnreadablePolicy where there is none
 */
export function importArgo(text: string): ImportedPolicy {
  const documents = readDocuments(text);
  const templates = documents.filter((document) => kinds.includes(readAsSchema(document, kubernetesObject).kind));
  if (templates.length === 0) {
    throw new UnreadablePolicy([{ line: null, text: `no AnalysisTemplate in it; it is one of ${kinds.join(', ')}` }]);
  }
  const names: string[] = [];
  const lost: Finding[] = [];
  const notes: Finding[] = [];
  const measured: Measured[] = [];
  for (const document of templates) {
    const findings = findingsOf(document);
    const { metadata, spec } = readAsSchema(withArguments(document), argoTemplate);
    names.push(metadata.name);
    const dry = new Set((spec.dryRun ?? []).map(({ metricName }) => metricName));
    (spec.templates ?? []).forEach(({ templateName }, at) => {
      if (templates.some((other) => nameOf(other) === templateName)) return;
      findings.lose(
        ['spec', 'templates', at],
        `template "${templateName}" is not in the file; append it after a line of ---`,
      );
    });
    spec.metrics.forEach((metric, at) => {
      const path: Path = ['spec', 'metrics', at];
      if (dry.has(metric.name) || dry.has('*')) {
        findings.note(path, `metric "${metric.name}" is a dry run, which decides nothing; left out`);
        return;
      }
      const one = measuredBy(metric, path, findings);
      if (one !== null) measured.push(one);
    });
    lost.push(...findings.lost);
    notes.push(...findings.notes);
  }
  const metrics = measured.map(({ mapped }) => mapped);
  const result = { from: 'argo' as const, name: names.join(', '), metrics, lost, notes };
  if (measured.length === 0) {
    if (lost.length === 0)
      lost.push({ line: null, text: 'no metric that decides: every analysis is a success; write one' });
    return { ...result, canary: null };
  }
  const longest = measured.map((one) => one.minutes ?? 60).reduce((most, one) => Math.max(most, one), 2);
  const conditions = measured.map(({ settings }) => settings);
  const problems = settingsProblems({ conditions }, metrics);
  if (problems.length > 0) return { ...result, lost: [...lost, ...problems], canary: null };
  const block = {
    duration: `${longest}m`,
    judge: 'thresholds',
    thresholds: { conditions },
    metrics: metricEntries(metrics),
  };
  return { ...result, canary: block };
}

function nameOf(document: SourceDocument): string {
  return readAsSchema(document, kubernetesObject).metadata.name;
}

function measuredBy(metric: ArgoMetric, path: Path, findings: Findings): Measured | null {
  const lose = (text: string, ...field: string[]): null => {
    findings.lose([...path, ...field], `metric "${metric.name}": ${text}`);
    return null;
  };
  const { found, window, step, query } = mapped(metric);
  if (found.kind === 'unknown') return lose(`${found.text}; ${found.wayOut}`, 'provider');
  const conditions = [metric.successCondition, metric.failureCondition].flatMap((one) => one ?? []);
  if (conditions.length === 0)
    return lose('has no condition, so it fails only where it cannot be measured; write one', 'name');
  for (const key of ['successCondition', 'failureCondition'] as const) {
    const problem = metric[key] === undefined ? null : conditionProblem(metric[key]);
    if (problem !== null) return lose(`${key} "${metric[key]}" ${problem}; or ${partialWayOut}`, key);
  }
  const limits = conditions.flatMap((text) => (text.match(/(?<![\w[.])\d+(?:\.\d+)?/g) ?? []).map(Number));
  const { reading, guessed } = readingOf(found, `${metric.name} ${query}`, limits);
  if (guessed) {
    findings.note(
      [...path, 'name'],
      `metric "${metric.name}" is ${found.name}, read ${readingText(reading)}; set "as" if that is wrong`,
    );
  }
  noteShared(findings, [...path, 'name'], metric.name, found);
  const wholeWindow = conditions.some((text) => text.includes('.Values')) ? window : 1;
  const schedule = scheduleOf(metric, wholeWindow, path, findings);
  if (schedule === null) return null;
  const settings = {
    name: metric.name,
    metric: found.name,
    ...(reading === 'value' ? {} : { as: reading }),
    ...(window > 1 ? { window } : {}),
    ...(step > 1 ? { step } : {}),
    ...picked(metric, [
      'successCondition',
      'failureCondition',
      'failureLimit',
      'inconclusiveLimit',
      'consecutiveErrorLimit',
      'consecutiveSuccessLimit',
    ]),
    ...schedule.settings,
  };
  return { mapped: found, settings, minutes: schedule.minutes };
}

function conditionProblem(text: string): string | null {
  const argument = /\{\{[^}]*\}\}/.exec(text)?.[0];
  if (argument !== undefined) return `uses ${argument}, which has no value in the file; write it`;
  try {
    parseCondition(text);
    return null;
  } catch (cause) {
    if (cause instanceof ConditionError) return cause.message;
    throw cause;
  }
}

function picked(metric: ArgoMetric, keys: readonly (keyof ArgoMetric)[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (metric[key] === undefined ? [] : [[key, metric[key]]])));
}

/** @param window minutes that a measurement looks back, where its condition asks for each of them */
function scheduleOf(metric: ArgoMetric, window: number, path: Path, findings: Findings) {
  const duration = (key: 'interval' | 'initialDelay'): number | null | undefined => {
    const text = metric[key];
    if (text === undefined || text === '') return undefined;
    const found = goSeconds(text);
    if (found === undefined)
      findings.lose([...path, key], `metric "${metric.name}": ${key} "${text}" is no duration; write 30s, 5m or 1h`);
    return found ?? null;
  };
  const [interval, delay] = [duration('interval'), duration('initialDelay')];
  if (interval === null || delay === null) return null;
  if (interval !== undefined && interval % 60 !== 0) {
    findings.note(
      [...path, 'interval'],
      `${metric.interval}: the gate looks at whole minutes, so at each ${minutesOf(interval)}`,
    );
  }
  const every = interval === undefined ? undefined : minutesOf(interval);
  const asked = delay === undefined ? 0 : Math.ceil(delay / 60);
  const initialDelay = Math.max(asked, window - 1);
  if (initialDelay > asked) {
    findings.note(
      [...path, 'successCondition'],
      `metric "${metric.name}": measured from minute ${window} on, when its window holds the canary's own values only`,
    );
  }
  const count = metric.count === undefined || metric.count === 0 ? undefined : metric.count;
  const settings = {
    ...(count === undefined ? {} : { count }),
    ...(every === undefined ? {} : { every }),
    ...(initialDelay === 0 ? {} : { initialDelay }),
  };
  const endless = count === undefined && every !== undefined;
  return { settings, minutes: endless ? null : initialDelay + 1 + ((count ?? 1) - 1) * (every ?? 1) };
}

interface Mapped {
  readonly found: Recognized;
  readonly window: number;
  readonly step: number;
  readonly query: string;
}

function mapped({ name, provider }: ArgoMetric): Mapped {
  const query = JSON.stringify(provider).replaceAll('\\"', '"');
  const [kind = 'none'] = Object.keys(provider);
  if (kind === 'cloudWatch') {
    const found = mapQueries(name, provider.cloudWatch?.metricDataQueries);
    if ('problem' in found) return { found: unexpressed(found.problem), window: 1, step: 1, query };
    // Argo asks for the last five minutes where nothing else is written
    const span = goSeconds(provider.cloudWatch?.interval ?? '5m') ?? 300;
    return { found: found.metric, window: minutesOf(span), step: minutesOf(found.periodSeconds), query };
  }
  if (['job', 'web', 'kayenta', 'plugin', 'none'].includes(kind)) {
    const found =
      kind === 'kayenta'
        ? unexpressed('provider kayenta', 'bring its canary config over with safety-gate import kayenta')
        : unexpressed(
            `provider ${kind}: what it asks is no metric`,
            `call it in a CodeDeploy hook of its own, or ${partialWayOut}`,
          );
    return { found, window: 1, step: 1, query };
  }
  const range = [...query.matchAll(/\[(\d+[smh])\]/g)].map(([, text = '']) => minutesOf(goSeconds(text) ?? 60));
  return { found: recognizeMetric(name, query), window: Math.max(1, ...range), step: 1, query };
}
