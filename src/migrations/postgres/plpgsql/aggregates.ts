import type { FuncCall, Node } from 'libpg-query';
import { nodeAs, stringsOf } from '../node.ts';
import { isTagged, textOf, type Value } from './value.ts';

const aggregates = new Set(['count', 'string_agg', 'array_agg', 'bool_or', 'bool_and', 'max', 'min', 'sum']);

export function isAggregate(call: FuncCall): boolean {
  return aggregates.has(stringsOf(call.funcname).at(-1) ?? '') && call.over === undefined;
}

function joined(values: readonly Value[], separator: Value): Value {
  const texts = values.filter((value) => value !== null).map((value) => textOf(value));
  const known = texts.every((text) => typeof text === 'string') && typeof separator === 'string';
  if (!known) return undefined;
  return texts.length === 0 ? null : texts.join(separator);
}

function extreme(values: readonly Value[], which: 'max' | 'min'): Value {
  const numbers = values
    .filter((value) => value !== null)
    .map((value) => (typeof value === 'number' ? value : undefined));
  if (numbers.length === 0) return null;
  return numbers.every((each) => each !== undefined) ? Math[which](...numbers) : undefined;
}

/**
 * The aggregate over rows that are all known.
 * @param column gives an argument's value in each row
 */
export function aggregateOf(call: FuncCall, column: (argument: Node) => readonly Value[], rows: number): Value {
  const [first, second] = call.args ?? [];
  if (call.agg_filter !== undefined || call.agg_distinct === true) return undefined;
  const name = stringsOf(call.funcname).at(-1);
  if (name === 'count' && call.agg_star === true) return rows;
  if (first === undefined) return undefined;
  const values = column(first);
  switch (name) {
    case 'count':
      return values.includes(undefined) ? undefined : values.filter((value) => value !== null).length;
    case 'array_agg':
      return values.length === 0 ? null : { is: 'list', items: values };
    case 'string_agg': {
      const separator = nodeAs(second, 'A_Const')?.sval?.sval;
      return joined(values, separator);
    }
    case 'bool_or':
      return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
    case 'bool_and':
      return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
    case 'max':
    case 'min':
      return values.some((value) => isTagged(value, 'moment')) ? undefined : extreme(values, name);
    default:
      return undefined;
  }
}
