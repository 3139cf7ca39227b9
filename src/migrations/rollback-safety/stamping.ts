import type { Catalog } from '../catalog/catalog.ts';

const stamp =
  /^new\s*\.\s*"?([a-z_][a-z0-9_]*)"?\s*:?=\s*(now\s*\(\s*\)|clock_timestamp\s*\(\s*\)|current_timestamp)$/i;

/**
 * The columns that a PL/pgSQL trigger function stamps with the time, if it does nothing else (`NEW.updated_at = now();
 * RETURN NEW`); undefined if it does more, or nobody knows what.
 */
export function stampedColumns(catalog: Catalog, name: string): readonly string[] | undefined {
  const body = catalog.functions.get(name.toLowerCase())?.plpgsqlBody?.replace(/--[^\n]*/g, '');
  const inner = /^\s*begin\b([\s\S]*)\bend\s*;?\s*$/i.exec(body ?? '')?.[1];
  const done = (inner ?? '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (!/^return\s+new$/i.test(done.at(-1) ?? '')) return undefined;
  const columns = done.slice(0, -1).map((each) => stamp.exec(each)?.[1]?.toLowerCase());
  return columns.every((column) => column !== undefined) ? columns : undefined;
}
