import type { Part, Scope } from './condition-parts.ts';
import { ConditionError, type Token } from './tokens.ts';

type NumberOf = (scope: Scope) => number | null;

/** Functions of one number. Argo's asInt cuts towards 0. */
const ofNumber: Readonly<Record<string, (of: NumberOf) => Part>> = {
  asFloat: (of) => ({ type: 'number', of }),
  asInt: (of) => ({ type: 'number', of: (scope) => mapNumber(of(scope), Math.trunc) }),
  isNaN: (of) => ({ type: 'boolean', of: (scope) => mapNumber(of(scope), Number.isNaN) }),
  isInf: (of) => ({
    type: 'boolean',
    of: (scope) => mapNumber(of(scope), (value) => Math.abs(value) === Number.POSITIVE_INFINITY),
  }),
  isNil: (of) => ({ type: 'boolean', of: (scope) => of(scope) === null }),
};

/** Functions of a list and a condition on its elements; like Argo's, `all` and `none` hold for an empty list. */
const ofElements: Readonly<Record<string, (found: readonly (boolean | null)[]) => boolean>> = {
  all: (found) => found.every((one) => one === true),
  any: (found) => found.some((one) => one === true),
  none: (found) => !found.some((one) => one === true),
};

const ofList: Readonly<Record<string, (values: readonly number[]) => number | null>> = {
  len: (values) => values.length,
  max: (values) => (values.length === 0 ? null : Math.max(...values)),
  min: (values) => (values.length === 0 ? null : Math.min(...values)),
};

export const functionNames = [ofNumber, ofList, ofElements].flatMap(Object.keys).concat('default').sort();

/** The call of a function of the list above. @throws ConditionError for arguments that do not fit */
export function callOf(name: Token, args: readonly Part[]): Part {
  const simple = ofNumber[name.text];
  if (simple !== undefined) return simple(numberAt(name, args, 0, 1));
  const elements = ofElements[name.text];
  if (elements !== undefined) {
    const [first, test] = args;
    if (args.length !== 2 || first === undefined || test?.type !== 'boolean') {
      throw new ConditionError(name.column, `write ${name.text}(result[0].Values, {# <= 0.05})`);
    }
    const values = listOf(name, first);
    const { of } = test;
    return {
      type: 'boolean',
      of: (scope) => {
        const found = values(scope)?.map((element) => of({ ...scope, element }));
        return found === undefined || found.includes(null) ? null : elements(found);
      },
    };
  }
  const list = ofList[name.text];
  if (list !== undefined) {
    const [first] = args;
    if (args.length !== 1 || first === undefined) {
      throw new ConditionError(name.column, `write ${name.text}(result[0].Values)`);
    }
    const values = listOf(name, first);
    return { type: 'number', of: (scope) => list(values(scope) ?? []) };
  }
  const value = numberAt(name, args, 0, 2);
  const instead = numberAt(name, args, 1, 2);
  return { type: 'number', of: (scope) => value(scope) ?? instead(scope) };
}

function numberAt(name: Token, args: readonly Part[], at: number, length: number): NumberOf {
  const part = args[at];
  if (args.length === length && (part?.type === 'number' || part?.type === 'result')) return part.of;
  throw new ConditionError(
    name.column,
    `${name.text} takes ${length} ${length === 1 ? 'number' : 'numbers'}, as in ${name.text}(result${length === 2 ? ', 0' : ''})`,
  );
}

/** A list, or the result itself as a list of its one number. */
function listOf(name: Token, part: Part): (scope: Scope) => readonly number[] | null {
  if (part.type === 'list') return part.of;
  if (part.type !== 'result') throw new ConditionError(name.column, `${name.text} wants a list: result[0].Values`);
  const { of } = part;
  return (scope) => {
    const value = of(scope);
    return value === null ? [] : [value];
  };
}

function mapNumber<T>(value: number | null, change: (value: number) => T): T | null {
  return value === null ? null : change(value);
}
