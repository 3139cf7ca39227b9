import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

/** Less is not worth a word. */
const worthBytes = 8;

function check(facts: StatementFacts): readonly Finding[] {
  return facts.changes.flatMap((change): Finding[] => {
    if (change.type !== 'table-created' || change.padding === undefined) return [];
    const { bytes, least, order } = change.padding;
    if (bytes - least < worthBytes) return [];
    const message = `${bytes - least} bytes of each row of ${change.relation} are lost between its columns`;
    return [{ severity: 'info', message, fix: `-- in this order: ${order.join(', ')}` }];
  });
}

export const columnOrder: Rule = {
  id: 'column-order',
  severities: ['info'],
  title: 'The order of columns wastes space in every row',
  why: 'Each value begins at a multiple of its alignment, and what lies between is lost. Wide fixed columns first, narrow ones and texts last, and the gaps are gone; the order cannot be changed later.',
  dialects: ['postgresql'],
  of: 'table-created',

  source: 'PostgreSQL: documentation, 65.6.1 "Table Row Layout"',
  examples: {
    bad: ['CREATE TABLE flags (a boolean, b bigint, c boolean, d bigint);'],
    good: ['CREATE TABLE flags (b bigint, d bigint, a boolean, c boolean);'],
  },
  check,
};
