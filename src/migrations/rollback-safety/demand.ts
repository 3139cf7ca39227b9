import type { Demand } from '../catalog/demand.ts';
import type { Standard } from '../catalog/relation.ts';

/** What writes of the previous version leave in a column. */
export type Written =
  /** The column is new: they leave it out, and it gets this (undefined: null). */
  | { readonly column: 'new'; readonly standard: Standard | undefined }
  /** They may write whatever was allowed before. */
  | { readonly column: 'old'; readonly notNull: boolean; readonly before: readonly Demand[] };

export type Outcome = 'holds' | 'fails' | 'not known';

const worst: readonly Outcome[] = ['holds', 'not known', 'fails'];

function compareConstants(operator: string, left: string, right: string): Outcome {
  const [a, b] = [Number(left), Number(right)];
  const numbers = left.trim() !== '' && right.trim() !== '' && !Number.isNaN(a) && !Number.isNaN(b);
  if (operator === '=' || operator === '<>') {
    const same = numbers ? a === b : left === right;
    return same === (operator === '=') ? 'holds' : 'fails';
  }
  if (!numbers) return 'not known';
  const results: Readonly<Record<string, boolean>> = { '<': a < b, '>': a > b, '<=': a <= b, '>=': a >= b };
  return results[operator] === undefined ? 'not known' : results[operator] ? 'holds' : 'fails';
}

/** Whether a value that met one demand meets the other, too. */
function implies(before: Demand, demand: Demand): boolean {
  if (before.type === 'all') return before.of.some((each) => implies(each, demand));
  if (before.type === 'one of' && demand.type === 'one of') {
    return before.column === demand.column && before.values.every((value) => demand.values.includes(value));
  }
  if (before.type === 'one of' && demand.type === 'compare') {
    return (
      before.column === demand.column &&
      before.values.every((value) => compareConstants(demand.operator, value, demand.value) === 'holds')
    );
  }
  if (before.type !== 'compare' || demand.type !== 'compare' || before.column !== demand.column) return false;
  const [a, b] = [Number(before.value), Number(demand.value)];
  if (before.operator === demand.operator && before.value === demand.value) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return false;
  const up = ['>', '>='];
  const down = ['<', '<='];
  if (up.includes(before.operator) && up.includes(demand.operator))
    return a > b || (a === b && demand.operator === '>=');
  if (down.includes(before.operator) && down.includes(demand.operator))
    return a < b || (a === b && demand.operator === '<=');
  return false;
}

function leaf(demand: Demand, column: string, written: Written): Outcome {
  if (written.column === 'old') {
    if (demand.type === 'not null') return written.notNull ? 'holds' : 'fails';
    return written.before.some((each) => implies(each, demand)) ? 'holds' : 'fails';
  }
  if (written.standard === undefined) return demand.type === 'not null' ? 'fails' : 'holds'; // null passes a CHECK
  if (demand.type === 'not null') return written.standard.kind === 'computed' ? 'not known' : 'holds';
  const constant = written.standard.constant;
  if (constant === undefined) return 'not known';
  if (demand.type === 'one of') return demand.values.includes(constant) ? 'holds' : 'fails';
  return demand.type === 'compare' && demand.column === column
    ? compareConstants(demand.operator, constant, demand.value)
    : 'not known';
}

/** Whether every row that the previous version writes passes a CHECK. */
export function meets(demand: Demand, writtenTo: (column: string) => Written): Outcome {
  switch (demand.type) {
    case 'all':
    case 'any': {
      const outcomes = demand.of
        .map((each) => meets(each, writtenTo))
        .toSorted((one, other) => worst.indexOf(one) - worst.indexOf(other));
      return (demand.type === 'all' ? outcomes.at(-1) : outcomes[0]) ?? 'holds';
    }
    case 'other': {
      const written = demand.columns.map(writtenTo);
      const someNull = written.some((each) => each.column === 'new' && each.standard === undefined);
      if (demand.strict && someNull) return 'holds';
      return written.some((each) => each.column === 'old') ? 'fails' : 'not known';
    }
    default:
      return leaf(demand, demand.column, writtenTo(demand.column));
  }
}
