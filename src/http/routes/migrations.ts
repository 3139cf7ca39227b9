import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { type LintDefaults, lintRequest } from '../../config/lint-defaults.ts';
import type { ServiceConfig } from '../../config/schema.ts';
import type { Database } from '../../database/store.ts';
import { strictObject } from '../../input/strict-object.ts';
import type { LintRequest } from '../../migrations/lint.ts';
import { type LintReport, summarise, verdictOf } from '../../migrations/report.ts';
import { frameworkId, lintReportSchema, lintRequestSchema, pastFiles, sqlFiles } from '../../migrations/request.ts';
import { combineRollback, recountRollback } from '../../migrations/rollback-safety/verdict.ts';
import { saveReport } from '../../migrations/store.ts';
import { findService } from '../find-service.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';

interface Parts {
  readonly clock: Clock;
  readonly db: Database;
  readonly lint: (request: LintRequest) => Promise<LintReport>;
  readonly services: readonly ServiceConfig[];
  readonly lintDefaults: LintDefaults;
  readonly maxFiles: number;
}

/** `POST /v1/migrations/lint`: judges and forgets. */
export function lintRoute({ lint, lintDefaults, services, maxFiles }: Parts): Route {
  const service = z.string().min(1).describe('its database is the default dialect and version').optional();
  const limited = { files: sqlFiles(maxFiles), history: pastFiles(maxFiles) };
  const body = strictObject({ ...lintRequestSchema.shape, service, ...limited });
  return {
    method: 'post',
    path: '/v1/migrations/lint',
    scopes: ['lint'],
    summary: 'Judge SQL migrations: locks, rewrites, scans, hazards',
    body,
    async handle(call) {
      const { service: name, ...asked } = read(body, call.body, 'the lint request');
      const known = name === undefined ? undefined : findService(services, call.principal, name, 422);
      return { status: 200, body: await lint(lintRequest(asked, lintDefaults, known)) };
    },
  };
}

/** `POST /v1/migrations/reports`: judges and keeps the report for the revision that CI built. */
export function reportRoute(parts: Parts): Route {
  const body = strictObject({
    service: z.string().min(1),
    revision: z.string().min(1).max(1000),
    files: sqlFiles(parts.maxFiles).optional(),
    history: pastFiles(parts.maxFiles),
    framework: frameworkId,
    report: lintReportSchema.optional(),
  });
  return {
    method: 'post',
    path: '/v1/migrations/reports',
    scopes: ['lint'],
    summary: "Keep a revision's migration report for the `migrations` check",
    body,
    async handle(call) {
      const { service: name, revision, files, history, framework, report: given } = read(body, call.body, 'the report');
      if ((files === undefined) === (given === undefined)) {
        throw new HttpProblem(
          422,
          'files-or-report',
          'send either files (to be judged here) or report (what lint --format json printed)',
        );
      }
      const service = findService(parts.services, call.principal, name, 422);
      const report =
        files === undefined
          ? recount(given as LintReport)
          : await parts.lint(lintRequest({ files, history, framework }, parts.lintDefaults, service));
      const entry = { service: service.name, revision, report, actor: call.principal.actor, now: parts.clock.now() };
      const stored = await saveReport(parts.db, entry);
      return { status: 201, body: { ...stored, verdict: report.verdict, summary: report.summary } };
    },
  };
}

/** A report from outside is not believed about its own verdict: that follows from its hazards. */
function recount(report: LintReport): LintReport {
  const summary = summarise(report.files);
  const files = report.files.map((file) => ({ ...file, rollback: recountRollback(file.rollback) }));
  const rollback = combineRollback(files.map((file) => file.rollback));
  return { ...report, files, summary, rollback, verdict: verdictOf(summary) };
}
