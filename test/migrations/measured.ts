import { readFileSync } from 'node:fs';
import { type PostgresLockMode, strongerMode } from '../../src/migrations/effects.ts';
import { lint } from '../../src/migrations/lint.ts';
import type { ReportedStatement } from '../../src/migrations/report.ts';

interface Result {
  readonly majors: readonly number[];
  readonly locks?: Readonly<Record<string, string>>;
  readonly rewritten?: readonly string[];
  readonly scanned?: readonly string[];
  readonly error?: string;
}

export interface MeasuredCase {
  readonly id: string;
  readonly sql: string;
  readonly pre?: string;
  readonly results: readonly Result[];
}

interface Measurements {
  readonly fixture: string;
  readonly cases: readonly MeasuredCase[];
}

/** Vectors: what PostgreSQL 11 to 18 did with 212 statements (a copy of locks/measured.json, which says how). */
export const measurements: Measurements = JSON.parse(
  readFileSync(new URL('./vectors/measured-locks.json', import.meta.url), 'utf8'),
);

/** The strongest mode by relation, rewritten and scanned relations, sorted; relations of `public` without the schema. */
export interface Observed {
  readonly locks: Readonly<Record<string, string>>;
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

const unmarked = (name: string): string => name.replace(/\[[Sv]\]$/, '');

/** What was measured, reduced to relations that are no indexes. */
export function measuredOn(result: Result, isRelation: (name: string) => boolean): Observed {
  const locks = Object.entries(result.locks ?? {})
    .map(([name, modes]) => [unmarked(name), modes] as const)
    .filter(([name]) => isRelation(name))
    .map(([name, modes]) => {
      const all = modes.split('+').map((mode) => `${mode}Lock` as PostgresLockMode); // the vectors' own spelling
      return [name, all.reduce(strongerMode)] as const;
    });
  const scanned = (result.scanned ?? []).filter((each) => !each.endsWith(':0')).map((each) => each.split(':')[0] ?? '');
  return {
    locks: Object.fromEntries(locks.sort()),
    rewrites: (result.rewritten ?? []).map(unmarked).filter(isRelation).sort(),
    scans: scanned.map(unmarked).filter(isRelation).sort(),
  };
}

const bare = (name: string): string => name.replace(/^public\./, '');

export function analysed(statement: ReportedStatement): Observed {
  const { locks, rewrites, scans } = statement.effects;
  const tables = locks.filter((lock) => lock.kind !== 'index').map((lock) => [bare(lock.relation), lock.mode] as const);
  return {
    locks: Object.fromEntries(tables.sort()),
    rewrites: rewrites.map(({ relation }) => bare(relation)).sort(),
    scans: scans.map(({ relation }) => bare(relation)).sort(),
  };
}

/** Static effects of the case's statement on the fixture. */
export async function analyseCase(test: MeasuredCase, version: number): Promise<ReportedStatement | undefined> {
  const history = [{ path: 'fixture.sql', sql: measurements.fixture }];
  const files = [{ path: 'case.sql', sql: test.pre === undefined ? test.sql : `${test.pre};\n${test.sql}` }];
  const report = await lint({ serverVersion: String(version), history, files });
  return report.files[0]?.statements.at(-1);
}

/** Names of the fixture's relations that are no indexes. */
export function fixtureRelations(): ReadonlySet<string> {
  const made = measurements.fixture.matchAll(/create (?:unlogged )?(?:table|view|materialized view|sequence) (\w+)/g);
  const implicit = ['bare_s_seq', 'own_id_seq'];
  return new Set([...[...made].map((match) => match[1] ?? ''), ...implicit]);
}
