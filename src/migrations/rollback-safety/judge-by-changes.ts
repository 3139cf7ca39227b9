import type { Change } from '../changes.ts';
import type { FileFacts, StatementFacts } from '../statement.ts';
import { previousVersionOf, type RollbackReason, type RollbackSafety, unreadRollback } from './verdict.ts';

/** Commands that change rows, the session, or make something new: no call of the previous version fails for them. */
const harmless = new Set(
  'SELECT INSERT REPLACE UPDATE DELETE SET USE BEGIN START COMMIT ROLLBACK TRUNCATE LOCK UNLOCK TABLE'.split(' '),
);

function isHarmless({ kind }: StatementFacts): boolean {
  return harmless.has(kind.split(' ')[0] ?? '') || kind === 'CREATE TABLE' || kind === 'CREATE VIEW';
}

function lossOf(change: Change): { readonly what: string; readonly object: string; readonly text: string } | undefined {
  switch (change.type) {
    case 'column-dropped':
      return {
        what: 'column-gone',
        object: `${change.relation}.${change.column}`,
        text: `column ${change.column} of ${change.table} is gone: reads and writes that name it fail`,
      };
    case 'column-renamed':
      return {
        what: 'column-renamed',
        object: `${change.relation}.${change.column}`,
        text: `column ${change.column} of ${change.table} is now ${change.to}: reads and writes that name it fail`,
      };
    case 'relation-dropped':
      return {
        what: 'relation-gone',
        object: change.relation,
        text: `${change.what} ${change.table} is dropped: calls that name it fail`,
      };
    case 'relation-renamed':
      return {
        what: 'relation-renamed',
        object: change.relation,
        text: `${change.what} ${change.table} is now ${change.to}: calls that use the old name fail`,
      };
    default:
      return undefined;
  }
}

function reasonsOf(path: string, facts: StatementFacts): RollbackReason[] {
  const place = { path, line: facts.line };
  const old = facts.changes.filter((change) => !facts.createdInSet.has(change.relation));
  const breaking = old.flatMap((change): RollbackReason[] => {
    const loss = lossOf(change);
    return loss === undefined ? [] : [{ ...place, effect: 'breaks', ...loss }];
  });
  if (breaking.length > 0) return breaking;
  if (facts.opaqueReason !== undefined)
    return [{ ...place, what: 'opaque', effect: 'unknown', object: '', text: `${facts.kind}: ${facts.opaqueReason}` }];
  const onlyNew =
    facts.effects.locks.length > 0 && facts.effects.locks.every(({ relation }) => facts.createdInSet.has(relation));
  if (isHarmless(facts) || onlyNew) return [];
  const object = facts.effects.locks[0]?.relation ?? '';
  const text = `${facts.kind}: what it leaves behind is not compared with what the previous version needs`;
  return [{ ...place, what: 'not-compared', effect: 'unknown', object, text }];
}

/**
 * The verdict where no catalog knows enough to compare the schema before with the one after: by each statement for
 * itself. What is not known to be harmless is unknown.
 */
export function judgeByChanges(file: FileFacts, hasDown: boolean): RollbackSafety {
  if (file.error !== undefined) return unreadRollback(file.path, file.error);
  const reasons = file.statements.flatMap((facts) => reasonsOf(file.path, facts));
  const undone = hasDown ? ['the down migration is not analysed for this engine'] : [];
  return {
    previousVersion: previousVersionOf(reasons),
    reasons,
    down: hasDown || file.statements.length === 0 ? 'present' : 'absent',
    downProblems: undone,
    downLosses: [],
    split: [],
  };
}
