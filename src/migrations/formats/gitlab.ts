import { digest } from '../fingerprint.ts';
import { openFindings, plainPath, unreadableFiles } from './findings.ts';
import type { Format } from './format.ts';

const severities = { error: 'critical', warning: 'minor', info: 'info' } as const;

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } };
}

/** A Code Quality report (GitLab documentation, "Code Quality report format"). */
export const gitlab: Format = {
  render: (report) => {
    const unread = unreadableFiles(report).map(({ path, error }): Issue => {
      return {
        description: `the file cannot be judged: ${error.message}`,
        check_name: 'unreadable',
        fingerprint: digest(`${plainPath(path)}\nunreadable`),
        severity: 'blocker',
        location: { path: plainPath(path), lines: { begin: error.line } },
      };
    });
    const hazards = openFindings(report).map(({ path, statement, hazard }): Issue => {
      return {
        description: `${hazard.rule}: ${hazard.message}`,
        check_name: hazard.rule,
        fingerprint: digest(`${plainPath(path)}\n${hazard.fingerprint}`),
        severity: severities[hazard.severity],
        location: {
          path: plainPath(path),
          lines: { begin: hazard.line, end: Math.max(hazard.line, statement.endLine) },
        },
      };
    });
    return `${JSON.stringify([...unread, ...hazards], null, 2)}\n`;
  },
};
