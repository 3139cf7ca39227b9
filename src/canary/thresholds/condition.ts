import { callOf, functionNames } from './condition-functions.ts';
import type { Measured, Part, Scope } from './condition-parts.ts';
import { ConditionError, type Token, tokensOf } from './tokens.ts';

export type Condition = (measured: Measured) => boolean | null;

const longest = 500;
const deepest = 40;

/**
 * Reads a condition of Argo Rollouts' analysis: the part of its expression language (expr-lang.org, Language Definition)
 * that numbers need. `result`, `result[0]`, `result[0].Values`, numbers, `true`, `false`, arithmetic, comparisons,
 * `&& || ! and or not`, and the functions asFloat, asInt, default, isInf, isNaN, isNil, len, max, min, all, any, none. It runs no code.
 * @returns a function that gives null where the values that it needs are missing
 * @throws ConditionError that names the place and the way out
 */
export function parseCondition(text: string): Condition {
  if (text.length > longest) throw new ConditionError(longest, `longer than ${longest} characters`);
  const parser = new ConditionParser(tokensOf(text));
  const part = parser.whole();
  if (part.type !== 'boolean') {
    throw new ConditionError(1, `"${text}" gives a ${part.type}, not true or false; compare it: ${text} <= 0.05`);
  }
  return (measured) => part.of({ measured, element: null });
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '<': (one, other) => one < other,
  '<=': (one, other) => one <= other,
  '>': (one, other) => one > other,
  '>=': (one, other) => one >= other,
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
};

const sums: Readonly<Record<string, (one: number, other: number) => number>> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
};

const products: Readonly<Record<string, (one: number, other: number) => number>> = {
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
  '%': (one, other) => one % other,
};

/** Recursive descent, one method a precedence; typed as it goes, so that a mistake is found before any data are. */
class ConditionParser {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Part {
    const part = this.or();
    const rest = this.next();
    if (rest.kind !== 'end') throw new ConditionError(rest.column, `"${rest.text}" is one too many`);
    return part;
  }

  /** A sub-condition, as in `all(list, {# < 1})`. */
  or(): Part {
    this.depth += 1;
    if (this.depth > deepest) throw new ConditionError(this.peek().column, `nested deeper than ${deepest}`);
    const part = this.logical(() => this.and(), ['||', 'or'], true);
    this.depth -= 1;
    return part;
  }

  private and(): Part {
    return this.logical(() => this.comparison(), ['&&', 'and'], false);
  }

  /** @param ends the value of the left side that decides alone: true for "or", false for "and" */
  private logical(inner: () => Part, words: readonly string[], ends: boolean): Part {
    let left = inner();
    for (let sign = this.take(words); sign !== null; sign = this.take(words)) {
      const one = this.booleanOf(left, sign);
      const other = this.booleanOf(inner(), sign);
      const of = (scope: Scope) => {
        const first = one(scope);
        return first === null || first === ends ? first : other(scope);
      };
      left = { type: 'boolean', of };
    }
    return left;
  }

  private comparison(): Part {
    const left = this.arithmetic(() => this.product(), sums);
    const sign = this.take(Object.keys(comparisons));
    if (sign === null) return left;
    const compare = comparisons[sign.text];
    const one = this.numberOf(left, sign);
    const other = this.numberOf(
      this.arithmetic(() => this.product(), sums),
      sign,
    );
    return { type: 'boolean', of: (scope) => both(one(scope), other(scope), compare) };
  }

  private product(): Part {
    return this.arithmetic(() => this.unary(), products);
  }

  private arithmetic(inner: () => Part, operations: typeof sums): Part {
    let left = inner();
    for (let sign = this.take(Object.keys(operations)); sign !== null; sign = this.take(Object.keys(operations))) {
      const operation = operations[sign.text];
      const one = this.numberOf(left, sign);
      const other = this.numberOf(inner(), sign);
      left = { type: 'number', of: (scope) => both(one(scope), other(scope), operation) };
    }
    return left;
  }

  private unary(): Part {
    const sign = this.take(['!', 'not', '-']);
    if (sign === null) return this.indexed();
    this.depth += 1;
    if (this.depth > deepest) throw new ConditionError(sign.column, `nested deeper than ${deepest}`);
    const inner = this.unary();
    this.depth -= 1;
    if (sign.text === '-') {
      const of = this.numberOf(inner, sign);
      return { type: 'number', of: (scope) => mapped(of(scope), (value) => -value) };
    }
    const of = this.booleanOf(inner, sign);
    return { type: 'boolean', of: (scope) => mapped(of(scope), (value) => !value) };
  }

  /** `result`, `result[0]`, `result[0].Values`, `result[0].Values[3]`. */
  private indexed(): Part {
    let part = this.primary();
    for (let sign = this.take(['[', '.']); sign !== null; sign = this.take(['[', '.'])) {
      if (sign.text === '.') {
        const field = this.next();
        if (field.text !== 'Values' || part.type !== 'result') {
          throw new ConditionError(
            field.column,
            `".${field.text}": only result[0].Values is known; a metric is one number a period`,
          );
        }
        part = { type: 'list', of: ({ measured }) => measured.values };
        continue;
      }
      const index = this.next();
      const place = Number(index.text);
      if (index.kind !== 'number' || !Number.isInteger(place)) {
        throw new ConditionError(index.column, `"${index.text}" is no index; write a whole number`);
      }
      this.expect(']');
      part = elementOf(part, place, index);
    }
    return part;
  }

  private primary(): Part {
    const token = this.next();
    if (token.kind === 'number') {
      const value = Number(token.text);
      return { type: 'number', of: () => value };
    }
    switch (token.text) {
      case 'true':
      case 'false':
        return { type: 'boolean', of: () => token.text === 'true' };
      case 'nil':
        throw new ConditionError(token.column, 'nil: write isNil(result), or default(result, 0)');
      case 'result':
        return { type: 'result', of: ({ measured }) => measured.value };
      case '#':
        return { type: 'number', of: ({ element }) => element };
      case '(': {
        const part = this.or();
        this.expect(')');
        return part;
      }
    }
    if (token.kind === 'name' && functionNames.includes(token.text)) return this.call(token);
    const known = `result, numbers and ${functionNames.join(', ')}`;
    throw new ConditionError(
      token.column,
      `${token.text === '' ? 'the condition ends too early' : `"${token.text}" is not known`}; there are ${known}`,
    );
  }

  private call(name: Token): Part {
    this.expect('(');
    const args: Part[] = [];
    while (this.peek().text !== ')') {
      if (args.length > 0) this.expect(',');
      const block = this.take(['{']) !== null;
      args.push(this.or());
      if (block) this.expect('}');
    }
    this.expect(')');
    return callOf(name, args);
  }

  private numberOf(part: Part, near: Token): (scope: Scope) => number | null {
    if (part.type === 'number' || part.type === 'result') return part.of;
    throw new ConditionError(near.column, `"${near.text}" wants numbers on both sides, and one is a ${part.type}`);
  }

  private booleanOf(part: Part, near: Token): (scope: Scope) => boolean | null {
    if (part.type === 'boolean') return part.of;
    throw new ConditionError(near.column, `"${near.text}" wants conditions, and this is a ${part.type}; compare it`);
  }

  private peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '', column: 0 };
  }

  private next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private take(texts: readonly string[]): Token | null {
    return this.peek().kind !== 'end' && texts.includes(this.peek().text) ? this.next() : null;
  }

  private expect(text: string): void {
    const token = this.next();
    if (token.text !== text) throw new ConditionError(token.column, `"${text}" is missing before "${token.text}"`);
  }
}

function elementOf(part: Part, place: number, { column }: Token): Part {
  if (part.type === 'result' && place === 0) return part;
  if (part.type === 'list') return { type: 'number', of: (scope) => part.of(scope)?.[place] ?? null };
  throw new ConditionError(column, `[${place}]: only result[0] is known; a metric is one series`);
}

function mapped<T>(value: T | null, change: (value: T) => T): T | null {
  return value === null ? null : change(value);
}

function both<T>(
  one: number | null,
  other: number | null,
  of: ((one: number, other: number) => T) | undefined,
): T | null {
  return one === null || other === null || of === undefined ? null : of(one, other);
}
