import type { LintReport } from '../migrations/report.ts';
import { combineRollback, type PreviousVersion, unknownRollback } from '../migrations/rollback-safety/verdict.ts';
import { countingReasons, downSentence } from '../migrations/rollback-safety/words.ts';
import type { DeploymentFacts } from '../providers/provider.ts';
import type { Reason } from '../reason.ts';
import { lastGoodDeployment, type RollbackFacts } from './plan.ts';
import type { SchemaAhead } from './schema-ahead.ts';

/** A release whose migrations stay when the code goes back. */
export interface CrossedRelease {
  readonly deploymentId: string;
  /** The stored report of its revision; null where CI has sent none, or it could not be found. */
  readonly report: { readonly id: string; readonly revision: string; readonly report: LintReport } | null;
  /** Why there is no report, where that is known. */
  readonly problem?: Reason | undefined;
}

/** As many releases as are asked for reports; what lies further back is not known. */
const mostReleases = 10;

/**
 * The releases between the one that goes and the one that comes back, the bad one first: those that failed in between
 * may have migrated all the same. Rollbacks among them migrate nothing.
 */
export function crossedDeployments(facts: RollbackFacts): readonly DeploymentFacts[] {
  const { deployment, group, cures } = facts;
  const good = lastGoodDeployment(facts);
  if (good === undefined) return [deployment];
  const between = group.filter(
    (other) =>
      other.createdAt > good.createdAt &&
      other.createdAt < deployment.createdAt &&
      !other.isRollback &&
      !cures.has(other.id),
  );
  return [deployment, ...between].slice(0, mostReleases);
}

const mostReasons = 20;

const texts: Readonly<Record<PreviousVersion, string>> = {
  works: 'the version that comes back works on the schema that stays',
  breaks: 'the version that comes back does not work on the schema that stays: some of its calls will fail',
  unknown: 'whether the version that comes back works on the schema that stays is not known',
};

function missingText(missing: readonly CrossedRelease[]): string {
  if (missing.length === 0) return '';
  const named = missing.map(({ deploymentId, problem }) =>
    problem === undefined ? deploymentId : `${deploymentId} (${problem.text})`,
  );
  return `; no migration report was kept for ${named.join(', ')}`;
}

/** What a rollback across these releases means for the version that comes back: pure. Without a report it is unknown. */
export function schemaAhead(releases: readonly CrossedRelease[]): SchemaAhead {
  const judged = releases.map(({ report }) => report?.report.rollback ?? unknownRollback());
  const together = combineRollback(judged);
  const { previousVersion, down, downLosses } = together;
  const missing = releases.filter(({ report }) => report === null);
  const counting = countingReasons(together);
  const [first] = counting;
  const why = first === undefined ? '' : ` (${first.path}:${first.line}: ${first.text})`;
  const way = previousVersion === 'works' ? '' : `; ${downSentence(together)}`;
  return {
    previousVersion,
    text: `${texts[previousVersion]}${why}${missingText(missing)}${way}`,
    reasons: counting.slice(0, mostReasons),
    down,
    downLosses: downLosses.slice(0, mostReasons),
    releases: releases.map(({ deploymentId, report }, at) => ({
      deploymentId,
      reportId: report?.id ?? null,
      previousVersion: judged[at]?.previousVersion ?? 'unknown',
    })),
  };
}

/** The word on it for those who watch a rollback; null where all is well. */
export function schemaReason(schema: SchemaAhead | undefined): Reason | null {
  if (schema === undefined || schema.previousVersion === 'works') return null;
  const code = schema.previousVersion === 'breaks' ? 'schema-incompatible' : 'schema-unknown';
  return { code, text: schema.text };
}
