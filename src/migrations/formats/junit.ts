import type { Hazard } from '../hazard.ts';
import type { LintReport, ReportedFile, ReportedStatement } from '../report.ts';
import type { Format } from './format.ts';

/** XML 1.0, section 2.2, allows these; half of a surrogate pair and most control characters it does not, even escaped. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(notXml, '\ufffd').replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}

/** In an attribute a line break would be read as a space (XML 1.0, 3.3.3). */
function attribute(text: string): string {
  return escaped(text).replace(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, content: string): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  return content === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${content}</${name}>`;
}

function hazardText({ severity, rule, message, fix }: Hazard): string {
  return `${severity} ${rule}: ${message}\nsafer:\n${fix}`;
}

/** What is no failure, as the test's output: warnings, and what was acknowledged. */
function outputOf(statement: ReportedStatement): string {
  const opaque = statement.opaqueReason === undefined ? [] : [`opaque: ${statement.opaqueReason}`];
  const others = statement.hazards.flatMap((hazard) => {
    if (hazard.acknowledged !== undefined) return [`ignored ${hazard.rule}: ${hazard.acknowledged}`];
    return hazard.severity === 'error' ? [] : [hazardText(hazard)];
  });
  return [...opaque, ...others].join('\n\n');
}

function errorsOf({ hazards }: ReportedStatement): readonly Hazard[] {
  return hazards.filter(({ severity, acknowledged }) => severity === 'error' && acknowledged === undefined);
}

function statementCase(path: string, statement: ReportedStatement): string {
  const errors = errorsOf(statement);
  const [first] = errors;
  const output = outputOf(statement);
  // one failure a test: readers of JUnit's format show the first only
  const failure =
    first === undefined
      ? ''
      : element(
          'failure',
          { message: `${first.rule}: ${first.message}`, type: first.rule },
          escaped(errors.map(hazardText).join('\n\n')),
        );
  const printed = output === '' ? '' : element('system-out', {}, escaped(output));
  const name = `line ${statement.line}: ${statement.kind}`;
  return element('testcase', { name, classname: path, file: path, line: statement.line }, failure + printed);
}

function fileSuite({ path, error, statements }: ReportedFile): string {
  const cases = statements.map((statement) => statementCase(path, statement));
  if (error !== undefined) {
    const text = `${path}:${error.line}:${error.column}: ${error.message}`;
    const failed = element('error', { message: error.message, type: 'unreadable' }, escaped(text));
    cases.unshift(element('testcase', { name: 'can be read', classname: path, file: path, line: error.line }, failed));
  } else if (cases.length === 0) {
    cases.push(element('testcase', { name: 'has no statements', classname: path, file: path }, ''));
  }
  const failures = statements.filter((statement) => errorsOf(statement).length > 0).length;
  const counts = { tests: cases.length, failures, errors: error === undefined ? 0 : 1 };
  return element('testsuite', { name: path, ...counts }, `\n${cases.map((each) => `    ${each}\n`).join('')}  `);
}

function totals({ files }: LintReport): Readonly<Record<string, number>> {
  const statements = files.flatMap((file) => file.statements);
  const extra = files.filter((file) => file.error !== undefined || file.statements.length === 0).length;
  return {
    tests: statements.length + extra,
    failures: statements.filter((statement) => errorsOf(statement).length > 0).length,
    errors: files.filter((file) => file.error !== undefined).length,
  };
}

/** A test suite a file and a test a statement, for CI systems that show test results. */
export const junit: Format = {
  render: (report) => {
    const suites = report.files.map((file) => `  ${fileSuite(file)}\n`).join('');
    const root = element('testsuites', { name: 'safety-gate lint', ...totals(report) }, `\n${suites}`);
    return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
  },
};
