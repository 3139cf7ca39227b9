/** What one statement does to each table, so that a rule can tell of it once a table. */
export function byTable<Part extends { readonly relation: string }>(
  parts: readonly Part[],
): readonly (readonly [Part, ...Part[]])[] {
  const tables = new Map<string, [Part, ...Part[]]>();
  for (const part of parts) {
    const known = tables.get(part.relation);
    if (known === undefined) tables.set(part.relation, [part]);
    else known.push(part);
  }
  return [...tables.values()];
}
