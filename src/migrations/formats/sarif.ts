import { version } from '../../version.ts';
import type { Rule, Severity } from '../hazard.ts';
import { docsOf, isOnByDefault } from '../judge-file.ts';
import type { LintReport } from '../report.ts';
import { rulePageBody } from '../rules/page.ts';
import { rules } from '../rules/rules.ts';
import { serverOf } from './counted.ts';
import { findingsOf, plainPath, type ReportedFinding, unreadableFiles } from './findings.ts';
import type { Format, RenderOptions } from './format.ts';
import { type LineOf, sourceLines } from './source-line.ts';

// The objects and their fields: OASIS, SARIF version 2.1.0 plus errata 01, section 3.
const levels = { error: 'error', warning: 'warning', info: 'note' } as const;
const ranks: readonly Severity[] = ['error', 'warning', 'info'];
/** Not a rule: what a file gets that cannot be judged. GitHub shows results, and no notifications. */
const unreadable = 'unreadable-file';

/** A path as a URI reference relative to the repository; absolute ones as file URIs (RFC 3986, 8089). */
function uriOf(path: string): string {
  const slashed = plainPath(path.toWellFormed());
  const encoded = slashed.split('/').map(encodeURIComponent).join('/');
  if (slashed.startsWith('/')) return `file://${encoded}`;
  return /^[a-z]:\//i.test(slashed) ? `file:///${encoded}` : encoded;
}

/** Braces mark places for arguments (SARIF, 3.11.5), so they are doubled. */
function messageOf(text: string): { readonly text: string } {
  return { text: text.toWellFormed().replace(/[{}]/g, '$&$&') };
}

function worst({ severities }: Rule): Severity {
  return ranks.find((severity) => severities.includes(severity)) ?? 'info';
}

function descriptor(rule: Rule): Readonly<Record<string, unknown>> {
  const page = rulePageBody(rule);
  return {
    id: rule.id,
    name: rule.id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why}\n\nSee ${docsOf(rule.id)}.`, markdown: page },
    defaultConfiguration: { enabled: isOnByDefault(rule), level: levels[worst(rule)] },
    properties: { tags: ['database', 'migration'], precision: 'high' },
  };
}

const unreadableDescriptor = {
  id: unreadable,
  name: 'UnreadableFile',
  shortDescription: { text: 'A file could not be judged.' },
  fullDescription: { text: 'Nothing is known about what the file does, so it counts as a failure.' },
  help: { text: 'Correct the file, or keep it out with lint.exclude in safety-gate.yml.' },
  defaultConfiguration: { enabled: true, level: 'error' },
};

function location(path: string, region: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const uri = uriOf(path);
  // an absolute URI has no base (SARIF, 3.4.4)
  const artifactLocation = uri.startsWith('file:') ? { uri } : { uri, uriBaseId: '%SRCROOT%' };
  return { physicalLocation: { artifactLocation, region } };
}

/** More than this is no snippet. */
const longestSnippet = { lines: 20, length: 2000 };

/** The region's own text, where it is short enough to be shown. */
function snippetOf({ path, statement, hazard }: ReportedFinding, lineOf: LineOf): Readonly<Record<string, unknown>> {
  const last = Math.max(hazard.line, statement.endLine);
  if (last - hazard.line >= longestSnippet.lines) return {};
  const lines = Array.from({ length: last - hazard.line + 1 }, (_, at) => lineOf(path, hazard.line + at));
  if (lines.includes(undefined)) return {};
  const text = lines.join('\n').slice(hazard.column - 1);
  return text.length > longestSnippet.length ? {} : { snippet: { text: text.toWellFormed() } };
}

function suppressionsOf({ hazard }: ReportedFinding): Readonly<Record<string, unknown>> {
  if (hazard.acknowledged === undefined) return {};
  const kind = hazard.acknowledgedBy === 'baseline' ? 'external' : 'inSource';
  return { suppressions: [{ kind, status: 'accepted', justification: hazard.acknowledged }] };
}

function result(
  finding: ReportedFinding,
  indexOf: ReadonlyMap<string, number>,
  lineOf: LineOf,
): Readonly<Record<string, unknown>> {
  const { path, statement, hazard } = finding;
  const region = {
    startLine: hazard.line,
    startColumn: hazard.column,
    endLine: Math.max(hazard.line, statement.endLine),
    ...snippetOf(finding, lineOf),
  };
  return {
    ruleId: hazard.rule,
    ...(indexOf.has(hazard.rule) ? { ruleIndex: indexOf.get(hazard.rule) } : {}),
    level: levels[hazard.severity],
    message: messageOf(`${hazard.message}\n\nSafer:\n${hazard.fix}`),
    locations: [location(path, region)],
    partialFingerprints: { 'ruleAndStatement/v1': hazard.fingerprint },
    ...suppressionsOf(finding),
  };
}

function unreadableResults(report: LintReport, index: number): readonly Readonly<Record<string, unknown>>[] {
  return unreadableFiles(report).map(({ path, error }) => ({
    ruleId: unreadable,
    ruleIndex: index,
    level: 'error',
    message: messageOf(error.message),
    locations: [location(path, { startLine: error.line, startColumn: error.column })],
  }));
}

function run(report: LintReport, options: RenderOptions): Readonly<Record<string, unknown>> {
  const findings = findingsOf(report);
  const fired = new Set(findings.map(({ hazard }) => hazard.rule));
  const known = rules.filter(({ id }) => fired.has(id));
  const indexOf = new Map(known.map(({ id }, index) => [id, index]));
  const isUnread = report.summary.unreadable > 0;
  const notifications = report.problems.map(({ path, message }) => ({
    level: 'note',
    message: messageOf(message),
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
  }));
  const lineOf = sourceLines(options);
  return {
    tool: {
      driver: {
        name: 'safety-gate',
        version,
        semanticVersion: version,
        rules: [...known.map(descriptor), ...(isUnread ? [unreadableDescriptor] : [])],
      },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: !isUnread, toolExecutionNotifications: notifications }],
    results: [
      ...unreadableResults(report, known.length),
      ...findings.map((finding) => result(finding, indexOf, lineOf)),
    ],
    properties: { verdict: report.verdict, server: serverOf(report), framework: report.framework },
  };
}

/** SARIF 2.1.0, for code scanning. Acknowledged hazards are there, suppressed. */
export const sarif: Format = {
  render: (report, options) => {
    const log = {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [run(report, options)],
    };
    return `${JSON.stringify(log, null, 2)}\n`;
  },
};
