import type { OtherObjectChanged } from '../changes/other-objects.ts';
import type { Change } from '../changes.ts';
import { breaks, type Difference, unknown } from './difference.ts';
import { later, quoted } from './split.ts';

function otherDifference(change: OtherObjectChanged): Difference[] {
  const { what, name, action, detail } = change;
  if (action === 'created') return [];
  const id = { detail: `${what} ${name}` };
  if (what === 'privilege')
    return [{ ...breaks('privilege', name, `a privilege is revoked: ${name}; calls that need it are refused`), ...id }];
  if (what === 'membership')
    return [
      { ...breaks('privilege', name, `membership in ${name} is revoked: calls that rest on it are refused`), ...id },
    ];
  if (what === 'default setting') {
    return [
      {
        ...unknown(
          'setting',
          name,
          `new sessions begin with ${name}: names and limits may be other ones for the previous version`,
        ),
        ...id,
      },
    ];
  }
  if (action === 'altered') return [{ ...unknown('object-changed', name, `${what} has changed: ${name}`), ...id }];
  const sql = `DROP ${what.toUpperCase()} ${quoted(name)};`;
  const text = `${what} ${name} is gone${detail === undefined ? '' : `, ${detail}`}: calls that use it fail`;
  return [{ ...breaks('object-gone', name, text, later(`code that does not use ${what} ${name}`, sql)), ...id }];
}

/** What a change of something that no catalog keeps means for the previous version. */
export function differencesOfChange(change: Change): Difference[] {
  if (change.type === 'other-object-changed') return otherDifference(change);
  if (change.type === 'relation-dropped' && (change.what === 'schema' || change.what === 'database')) {
    const text = `${change.what} ${change.table} is dropped: calls that use what was in it fail`;
    return [
      breaks(
        'schema-gone',
        change.relation,
        text,
        later(`code that does not use ${change.table}`, `DROP ${change.what.toUpperCase()} ${change.table};`),
      ),
    ];
  }
  if (change.type === 'relation-renamed' && change.what === 'schema') {
    return [
      breaks(
        'schema-gone',
        change.relation,
        `schema ${change.table} is now ${change.to}: calls that use the old name fail`,
      ),
    ];
  }
  return [];
}

/** What takes a difference back: the same object made again, or made earlier in the release. */
export function restores(change: Change): string | undefined {
  return change.type === 'other-object-changed' && change.action === 'created'
    ? `${change.what} ${change.name}`
    : undefined;
}
