import type { Policy, Trigger } from '../catalog/table-part.ts';
import { breaks, type Difference, unknown } from './difference.ts';
import { later, quoted, quotedPair } from './split.ts';
import { type RelationState, stateName } from './state.ts';

/** The columns that a trigger function stamps with the time, if it does nothing else. */
export type StampedBy = (functionName: string) => readonly string[] | undefined;

function isStamp(trigger: Trigger, now: RelationState, stamping: StampedBy): boolean {
  const columns = stamping(trigger.calls);
  return columns?.every((column) => /^timestamp/.test(now.columns.get(column)?.type?.name ?? '')) === true;
}

const insteadOf = 64;

function sameTrigger(one: Trigger, other: Trigger): boolean {
  return (
    one.calls === other.calls &&
    one.events === other.events &&
    (one.timing ?? 0) === (other.timing ?? 0) &&
    (one.disabled ?? false) === (other.disabled ?? false)
  );
}

function triggerDifferences(before: RelationState, now: RelationState, stamping: StampedBy): Difference[] {
  const object = stateName(before);
  const table = quotedPair(before);
  const found: Difference[] = [];
  for (const [name, trigger] of now.triggers) {
    const old = before.triggers.get(name);
    if (old !== undefined ? sameTrigger(old, trigger) : trigger.disabled === true && trigger.calls !== '') continue;
    if (old === undefined && isStamp(trigger, now, stamping)) continue;
    const state = trigger.disabled === true ? 'is disabled' : old === undefined ? 'is new' : 'has changed';
    found.push({
      ...unknown(
        'trigger',
        object,
        `trigger ${quoted(name)} of ${table} ${state}: what its function makes of the previous version's writes is not known`,
      ),
      detail: name,
    });
  }
  for (const [name, trigger] of before.triggers) {
    if (now.triggers.has(name)) continue;
    const text = `trigger ${quoted(name)} of ${table} is gone`;
    const split = later(`code that does not need trigger ${quoted(name)}`, `DROP TRIGGER ${quoted(name)} ON ${table};`);
    found.push({
      ...(trigger.timing === insteadOf
        ? breaks('trigger', object, `${text}: writes to the view fail`, split)
        : unknown('trigger', object, `${text}: writes are not followed by what it did`, split)),
      detail: name,
    });
  }
  const unseen = [...now.relation.assumedParts].filter(
    (part) => part.startsWith('trigger ') && !now.triggers.has(part.slice(8)),
  );
  for (const part of unseen) {
    found.push({
      ...unknown('trigger', object, `${part} of ${table} is gone: writes are not followed by what it did`),
      detail: part,
    });
  }
  return found;
}

function admitsAll(policies: ReadonlyMap<string, Policy>): boolean {
  const all = [...policies.values()];
  return all.some(({ allowsAll, permissive }) => allowsAll && permissive) && all.every(({ permissive }) => permissive);
}

function rowSecurityDifferences(before: RelationState, now: RelationState): Difference[] {
  const object = stateName(before);
  const table = quotedPair(before);
  const rank = { off: 0, on: 1, forced: 2 };
  if (now.rowSecurity === 'off' || admitsAll(now.policies)) {
    return now.rowSecurity === 'off' && !before.complete ? unseenPolicies(before, now) : [];
  }
  if (rank[now.rowSecurity] > rank[before.rowSecurity]) {
    const forced = now.rowSecurity === 'forced' ? ', the owner included' : ' to roles that do not own it';
    const text = `row level security of ${table} is on: rows that no policy lets through are hidden and refused${forced}`;
    const force = now.rowSecurity === 'forced' ? 'FORCE' : 'ENABLE';
    return [
      breaks(
        'row-security',
        object,
        text,
        later('code that meets the policies', `ALTER TABLE ${table} ${force} ROW LEVEL SECURITY;`),
      ),
    ];
  }
  const found: Difference[] = [];
  for (const [name, policy] of now.policies) {
    const old = before.policies.get(name);
    if (old?.fingerprint === policy.fingerprint || (old === undefined && policy.permissive)) continue;
    const text = `policy ${quoted(name)} of ${table} ${old === undefined ? 'is new and restricts' : 'has changed'}: other rows are hidden and refused`;
    found.push({
      ...(old === undefined ? breaks('policy', object, text) : unknown('policy', object, text)),
      detail: name,
    });
  }
  for (const [name, { permissive }] of before.policies) {
    if (now.policies.has(name) || !permissive) continue;
    found.push({
      ...breaks(
        'policy',
        object,
        `policy ${quoted(name)} of ${table} is gone: rows that it let through are hidden and refused`,
      ),
      detail: name,
    });
  }
  return [...found, ...unseenPolicies(before, now)];
}

/** Of a table that nobody made it is not known whether its policies count. */
function unseenPolicies(before: RelationState, now: RelationState): Difference[] {
  if (before.complete) return [];
  const restricting = [...now.policies]
    .filter(([name, { permissive }]) => !permissive && !before.policies.has(name))
    .map(([name]) => `policy ${name}`);
  const dropped = [...now.relation.assumedParts].filter(
    (part) => part.startsWith('policy ') && !now.policies.has(part.slice(7)),
  );
  return [...restricting, ...dropped].map((part) => ({
    ...unknown(
      'policy',
      stateName(before),
      `${part} of ${quotedPair(before)} has changed: with row level security on, other rows are hidden and refused`,
    ),
    detail: part,
  }));
}

function privilegeDifferences(before: RelationState, now: RelationState): Difference[] {
  const object = stateName(before);
  const taken = [...now.revoked].filter((entry) => !before.revoked.has(entry) || now.madeBy !== before.madeBy);
  const forgotten = now.madeBy === before.madeBy ? [] : [...before.grants].filter((entry) => !now.grants.has(entry));
  const byRole = Map.groupBy([...new Set([...taken, ...forgotten])], (entry) =>
    entry.slice(entry.lastIndexOf(' to ') + 4),
  );
  return [...byRole].map(([role, entries]) => {
    const privileges = entries.map((entry) => entry.slice(0, entry.lastIndexOf(' to '))).join(', ');
    const text = `${role} has no ${privileges} on ${quotedPair(before)} any more: its calls are refused`;
    const split = later(`code that does not need it`, `REVOKE ${privileges} ON ${quotedPair(before)} FROM ${role};`);
    return { ...breaks('privilege', object, text, split), detail: `${role} ${privileges}` };
  });
}

/** What is different in triggers, rules, row security, privileges and ownership. */
export function compareAccess(before: RelationState, now: RelationState, stamping: StampedBy): Difference[] {
  const object = stateName(before);
  const table = quotedPair(before);
  const rules = new Set([...before.rules.keys(), ...now.rules.keys()]);
  const changed = [...rules].filter((name) => before.rules.get(name) !== now.rules.get(name));
  const unseen = [...now.relation.assumedParts].filter(
    (part) => part.startsWith('rule ') && !now.rules.has(part.slice(5)),
  );
  const owner = now.owner !== before.owner && now.owner !== undefined;
  return [
    ...triggerDifferences(before, now, stamping),
    ...rowSecurityDifferences(before, now),
    ...privilegeDifferences(before, now),
    ...[...changed.map((name) => `rule ${name}`), ...unseen].map((part) => ({
      ...unknown('rule', object, `${part} of ${table} has changed: reads and writes become something else`),
      detail: part,
    })),
    ...(owner
      ? [
          unknown(
            'owner',
            object,
            `${table} belongs to ${now.owner}: the role that owned it keeps only what it was granted`,
          ),
        ]
      : []),
  ];
}
