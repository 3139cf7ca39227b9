import type { Catalog } from '../catalog/catalog.ts';
import { followHeldLocks } from '../held-locks.ts';
import type { StatementFacts } from '../statement.ts';
import { commandTag } from './command-tag.ts';
import { followLockTimeout, settingOf } from './lock-timeout.ts';
import type { ParsedFile, ParsedStatement } from './parse.ts';
import { readStatement } from './readers.ts';
import { createScene } from './scene.ts';
import { type Placement, placeStatements } from './transactions.ts';

export type Parsed = Extract<ParsedFile, { error?: undefined }>;

/** One file at work on a catalog. */
export interface Session {
  /**
   * Says what the file's statement of that index does, and does it to the catalog. Statements come in their order; one
   * that the server has refused is left out, and the catalog stays what it was.
   */
  step(index: number): StatementFacts;
}

/** Starts a file: each is a session of its own, with the settings of a new connection. */
export function openSession(parsed: Parsed, catalog: Catalog, version: number): Session {
  resetSettings(catalog);
  const placements = placeStatements(parsed.statements);
  const timeout = followLockTimeout();
  const held = followHeldLocks();
  let previous: Placement | undefined;

  function factsOf(statement: ParsedStatement, index: number, placement: Placement): StatementFacts {
    catalog.serial += 1;
    const { scene, result } = createScene(catalog, { text: statement.text, at: statement.at, version });
    readStatement(statement.node, scene);
    const { effects, changes, createdInSet, opaqueReason } = result();
    return {
      index,
      ...parsed.source.position(statement.start),
      endLine: parsed.source.position(statement.start + statement.text.length).line,
      kind: commandTag(statement.node),
      ...(opaqueReason === undefined ? {} : { opaqueReason }),
      effects,
      changes,
      createdInSet,
      scope: placement.scope,
      ...held.before(),
      lockTimeoutMs: timeout.current(),
      serverVersion: version,
    };
  }

  return {
    step: (index) => {
      const statement = parsed.statements[index];
      const placement = placements[index];
      if (statement === undefined || placement === undefined) throw new RangeError(`no statement ${index} in the file`);
      if (previous?.transaction !== placement.transaction) held.endTransaction();
      previous = placement;
      const facts = factsOf(statement, index, placement);
      const setting = settingOf(statement.node);
      if (setting !== undefined) timeout.apply(setting, placement.scope !== 'own');
      if (placement.control === 'end' || placement.control === 'rollback') timeout.endTransaction();
      held.take(facts);
      return facts;
    },
  };
}

function resetSettings(catalog: Catalog): void {
  catalog.searchPath = ['public'];
  catalog.utc = true;
}
