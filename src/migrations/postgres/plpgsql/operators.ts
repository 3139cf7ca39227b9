import { isTagged, joinTemplates, sameValue, templateOf, textOf, type Value } from './value.ts';

export type Comparison = 'less' | 'greater' | 'not greater' | 'not less';

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  return isTagged(value, 'moment') ? value.ms : undefined;
}

/** Numbers and moments; texts compare by the database's collation, which nobody knows here. */
export function compareValues(comparison: Comparison, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  const one = numberOf(left);
  const other = numberOf(right);
  if (one === undefined || other === undefined) return undefined;
  switch (comparison) {
    case 'less':
      return one < other;
    case 'greater':
      return one > other;
    case 'not greater':
      return one <= other;
    case 'not less':
      return one >= other;
  }
}

/** LIKE as a regular expression. */
function likePattern(pattern: string): string {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] ?? '';
    if (letter === '%') source += '[\\s\\S]*';
    else if (letter === '_') source += '[\\s\\S]';
    else {
      const escaped = letter === '\\' && at + 1 < pattern.length;
      if (escaped) at += 1;
      source += (pattern[at] ?? '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    }
  }
  return `^${source}$`;
}

/** Patterns that mean the same in PostgreSQL's regular expressions and in ours. */
const plainPattern = /^(?:[\w^$|() -]|\.[*+?]?|\[[\w-]+\][*+?]?|\\[dws.][*+?]?)*$/;

function matches(text: Value, pattern: Value, how: { like: boolean; ignoreCase: boolean }): Value {
  if (text === null || pattern === null) return null;
  if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
  if (!how.like && !plainPattern.test(pattern)) return undefined;
  return new RegExp(how.like ? likePattern(pattern) : pattern, how.ignoreCase ? 'i' : '').test(text);
}

function not(value: Value): Value {
  return typeof value === 'boolean' ? !value : value;
}

/** Day of the month cut to the month's length, as PostgreSQL adds months. */
function addMonths(ms: number, months: number): number {
  const at = new Date(ms);
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + months);
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, last));
  return at.getTime();
}

const dayMs = 86_400_000;

/** A sum in which a moment stands; dates count in days. */
function addToMoment(left: Value, right: Value, sign: 1 | -1): Value {
  if (!isTagged(left, 'moment')) return undefined;
  if (isTagged(right, 'interval')) {
    return { is: 'moment', of: 'timestamp', ms: addMonths(left.ms, sign * right.months) + sign * right.ms };
  }
  if (typeof right === 'number' && left.of === 'date') return { ...left, ms: left.ms + sign * right * dayMs };
  if (isTagged(right, 'moment') && left.of === 'date' && right.of === 'date') return (left.ms - right.ms) / dayMs;
  return undefined;
}

function multiply(left: Value, right: Value): Value {
  if (isTagged(left, 'interval') && typeof right === 'number') {
    return { is: 'interval', months: left.months * right, ms: left.ms * right };
  }
  return typeof left === 'number' && typeof right === 'number' ? left * right : undefined;
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (operator === '*') return isTagged(right, 'interval') ? multiply(right, left) : multiply(left, right);
  const one = typeof left === 'number' ? left : undefined;
  const other = typeof right === 'number' ? right : undefined;
  if (operator === '+' || operator === '-') {
    const sign = operator === '+' ? 1 : -1;
    if (one !== undefined && other !== undefined) return one + sign * other;
    const swapped = operator === '+' && isTagged(right, 'moment');
    return swapped ? addToMoment(right, left, 1) : addToMoment(left, right, sign);
  }
  if (one === undefined || other === undefined || other === 0) return undefined;
  if (operator === '%') return one % other;
  const whole = Number.isInteger(one) && Number.isInteger(other);
  return whole ? Math.trunc(one / other) : one / other;
}

function concatenate(left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (isTagged(left, 'list') && isTagged(right, 'list')) return { is: 'list', items: [...left.items, ...right.items] };
  if (isTagged(left, 'list') && right !== undefined) return { is: 'list', items: [...left.items, right] };
  return joinTemplates([templateOf(left, []), templateOf(right, [])]);
}

/** A text beside an object is the object's name as `::regclass` reads it. */
function equal(left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (isTagged(left, 'object') && typeof right === 'string') return textOf(left) === right || undefined;
  if (isTagged(right, 'object') && typeof left === 'string') return textOf(right) === left || undefined;
  return sameValue(left, right);
}

/** A binary operator on two values. */
export function operate(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case '=':
      return equal(left, right);
    case '<>':
    case '!=':
      return not(equal(left, right));
    case '||':
      return concatenate(left, right);
    case '~~':
      return matches(left, right, { like: true, ignoreCase: false });
    case '!~~':
      return not(matches(left, right, { like: true, ignoreCase: false }));
    case '~~*':
      return matches(left, right, { like: true, ignoreCase: true });
    case '!~~*':
      return not(matches(left, right, { like: true, ignoreCase: true }));
    case '~':
      return matches(left, right, { like: false, ignoreCase: false });
    case '!~':
      return not(matches(left, right, { like: false, ignoreCase: false }));
    case '~*':
      return matches(left, right, { like: false, ignoreCase: true });
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right);
    default:
      return undefined;
  }
}
