import { readFileSync } from 'node:fs';
import type { Observer } from '../../src/trace/observe.ts';
import { measurements, type Observed } from './measured.ts';

export const corpus: readonly string[] = readFileSync(new URL('./vectors/corpus.sql', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('--'));

/** The fixture of the vectors, but for the role, which would be the whole cluster's. */
export const fixture: string = measurements.fixture.replace('create role rr;', '');

const bare = (name: string): string => name.replace(/^public\./, '');

/** What one statement did to the fixture's relations, in a transaction that was rolled back. */
export async function observe(observer: Observer, sql: string): Promise<Observed | { error: string }> {
  const seen = await observer.observe(sql, { end: 'ROLLBACK' });
  if ('refused' in seen) return { error: seen.refused.message };
  const held = (seen.locks ?? []).filter(({ kind }) => kind !== 'index');
  return {
    locks: Object.fromEntries(held.map(({ relation, mode }) => [bare(relation), mode] as const).sort()),
    rewrites: seen.rewrites.map(bare).sort(),
    scans: (seen.scans ?? []).map(bare).sort(),
  };
}
