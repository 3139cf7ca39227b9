import type { RowsChanged } from '../changes.ts';
import type { HeldLock, StatementFacts } from '../statement.ts';

/** `reads of public.t are blocked since line 3 (ALTER TABLE), in the same transaction`, for messages. */
export function describeHeld({ blocks, relation, line, otherFile, kind }: HeldLock): string {
  const since = `line ${line}${otherFile === undefined ? '' : ` of ${otherFile}`}`;
  return `${blocks} of ${relation} are blocked since ${since} (${kind}), in the same transaction`;
}

/** Rows that the statement changes while its transaction keeps others out of a table; once a transaction. */
export function heldWhileRowsChange(
  facts: StatementFacts,
): { readonly change: RowsChanged; readonly lock: HeldLock } | undefined {
  const lock = facts.heldBefore.find(({ blocks }) => blocks === 'reads and writes') ?? facts.heldBefore[0];
  if (lock === undefined || facts.scope === 'own' || facts.slowWhileHeldBefore) return undefined;
  for (const change of facts.changes) {
    if (change.type !== 'rows-changed' || change.reach === 'by key') continue;
    const fills = change.verb === 'INSERT' || change.verb === 'MERGE';
    const loses = change.verb === 'DELETE' && change.reach === 'every row'; // has a rule of its own
    if (!loses && (fills || !facts.createdInSet.has(change.relation))) return { change, lock };
  }
  return undefined;
}
