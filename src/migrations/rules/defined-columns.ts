import type { ColumnDefined } from '../changes/writing.ts';
import type { StatementFacts } from '../statement.ts';

/** The columns that the statement defines, of new tables and of others, each with its relation. */
export function definedColumns(facts: StatementFacts): readonly (ColumnDefined & { readonly relation: string })[] {
  return facts.changes.flatMap((change) =>
    change.type === 'columns-defined' ? change.columns.map((each) => ({ ...each, relation: change.relation })) : [],
  );
}
