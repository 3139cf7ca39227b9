export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** Where it begins, from 1. */
  readonly column: number;
}

const forms = [
  ['number', /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/],
  ['name', /^[A-Za-z_]\w*/],
  ['sign', /^(?:\|\||&&|==|!=|<=|>=|[<>!+\-*/%()[\]{},.#])/],
] as const;

/** A condition that is not one: says where, and what would be. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly column: number;

  constructor(column: number, message: string) {
    super(`at ${column}: ${message}`);
    this.column = column;
  }
}

/** @throws ConditionError for a character that no condition has */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const blank = /^\s+/.exec(rest)?.[0].length ?? 0;
    if (blank > 0) {
      at += blank;
      continue;
    }
    const form = forms.find(([, pattern]) => pattern.test(rest));
    if (form === undefined) throw new ConditionError(at + 1, `"${rest.slice(0, 10)}" is no part of a condition`);
    const [kind, pattern] = form;
    const found = pattern.exec(rest)?.[0] ?? '';
    tokens.push({ kind, text: found, column: at + 1 });
    at += found.length;
  }
  return [...tokens, { kind: 'end', text: '', column: text.length + 1 }];
}
