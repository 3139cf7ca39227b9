import { primaryKey } from '../catalog/relation.ts';
import type { Trigger } from '../catalog/table-part.ts';
import type { ReplicaIdentitySet } from '../changes/guarantees.ts';
import type { AlterationReader } from './alteration.ts';
import { nodeAs, stringOf, stringsOf } from './node.ts';
import { quoteIdentifier } from './quote.ts';

/** PostgreSQL: REPLICA_IDENTITY_NOTHING and its like, pg_class.h. */
const identities: Readonly<Record<string, ReplicaIdentitySet['identity']>> = {
  n: 'nothing',
  d: 'primary key',
  f: 'all columns',
  i: 'index',
};

export const setReplicaIdentity: AlterationReader = ({ scene, command, table, relation, sqlTable }) => {
  const letter = nodeAs(command.def, 'ReplicaIdentityStmt')?.identity_type ?? 'd';
  const identity = identities[letter] ?? 'primary key';
  const known = primaryKey(table) !== undefined;
  const hasPrimaryKey = known || table.complete ? known : undefined;
  scene.change({ type: 'replica-identity-set', relation, table: sqlTable, identity, hasPrimaryKey, work: [] });
};

/** A storage parameter's value as text: `false`, `off` and `0` come as different nodes. */
function switchedOff(value: Parameters<typeof nodeAs>[0]): boolean {
  const word = stringOf(value) ?? stringsOf(nodeAs(value, 'TypeName')?.names).at(-1);
  const number = nodeAs(value, 'Integer');
  return number === undefined ? ['false', 'off', 'no', '0'].includes(word ?? 'true') : (number.ival ?? 0) === 0;
}

export const noteAutovacuum: AlterationReader = ({ scene, command, relation, sqlTable }) => {
  const options = (nodeAs(command.def, 'List')?.items ?? []).map((each) => nodeAs(each, 'DefElem'));
  const off = options.some((each) => each?.defname === 'autovacuum_enabled' && switchedOff(each.arg));
  if (off) scene.change({ type: 'autovacuum-switched-off', relation, table: sqlTable, work: [] });
};

const unseenTrigger: Trigger = { calls: '', events: 0, row: false, columns: [], args: [] };

/** ENABLE and DISABLE TRIGGER; without a name all of them. */
export function switchTriggers(disabled: boolean): AlterationReader {
  return ({ scene, command, targets, relation, sqlTable }) => {
    for (const { triggers } of targets) {
      const named = command.name;
      // Where none is known there may be some all the same; `*` stands for them.
      const unseen = named ?? (triggers.size === 0 ? '*' : undefined);
      if (unseen !== undefined && !triggers.has(unseen)) triggers.set(unseen, unseenTrigger);
      for (const [name, trigger] of triggers) {
        if (named === undefined || named === name) triggers.set(name, { ...trigger, disabled });
      }
    }
    if (!disabled) return;
    const trigger = command.name === undefined ? undefined : quoteIdentifier(command.name);
    scene.change({ type: 'trigger-stopped', relation, table: sqlTable, trigger, how: 'disabled', work: [] });
  };
}
