/** Block comments nest in PostgreSQL (documentation, 4.1.5). */
export function endOfBlockComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at += 1) {
    if (sql.startsWith('/*', at)) {
      depth += 1;
      at += 1;
    } else if (sql.startsWith('*/', at)) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}

/** Where the token that starts at `at` ends, if it is one whose inside must not be read: a string, an identifier in quotes, a comment. */
export function skipQuoted(text: string, at: number): number | undefined {
  const letter = text[at];
  if (letter === "'" || letter === '"') {
    const escapes = letter === "'" && /(^|[^a-z0-9_])e$/i.test(text.slice(Math.max(0, at - 2), at));
    for (let next = at + 1; next < text.length; next += 1) {
      if (escapes && text[next] === '\\') next += 1;
      else if (text[next] === letter && text[next + 1] === letter) next += 1;
      else if (text[next] === letter) return next + 1;
    }
    return text.length;
  }
  if (letter === '$') {
    const tag = /^\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/i.exec(text.slice(at, at + 70))?.[0];
    if (tag === undefined) return undefined;
    const end = text.indexOf(tag, at + tag.length);
    return end === -1 ? text.length : end + tag.length;
  }
  if (text.startsWith('--', at)) {
    const newline = text.indexOf('\n', at);
    return newline === -1 ? text.length : newline + 1;
  }
  return text.startsWith('/*', at) ? endOfBlockComment(text, at) : undefined;
}

/** Calls `see` for each character that is neither inside quotes nor a comment, until it returns true; gives that offset. */
function scan(text: string, from: number, see: (letter: string, depth: number) => boolean): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const skipped = skipQuoted(text, at);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const letter = text[at] ?? '';
    if (letter === ')' || letter === ']') depth -= 1;
    if (see(letter, depth)) return at;
    if (letter === '(' || letter === '[') depth += 1;
    at += 1;
  }
  return text.length;
}

/** Splits at the commas that stand outside parentheses, quotes and comments; the parts are trimmed. */
export function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const comma = scan(text, from, (letter, depth) => letter === ',' && depth === 0);
    parts.push(text.slice(from, comma).trim());
    from = comma + 1;
  }
  return parts;
}

/** Offset behind the name (`a`, `a.b`, `"A"."b"`) that starts at `at`. */
export function endOfName(text: string, at: number): number {
  let next = at;
  for (;;) {
    next =
      text[next] === '"'
        ? (skipQuoted(text, next) ?? next)
        : next + (/^[^\s.,;()"]+/.exec(text.slice(next))?.[0].length ?? 0);
    const dot = /^\s*\.\s*/.exec(text.slice(next, next + 20))?.[0];
    if (dot === undefined) return next;
    next += dot.length;
  }
}

/** From `at` to where the expression ends: the next comma or closing parenthesis on its own level, or the text's end. */
export function expressionText(text: string, at: number): string {
  const end = scan(text, at, (letter, depth) => (letter === ',' && depth === 0) || depth < 0);
  return text.slice(at, end).trim();
}

/** The text from an opening parenthesis at or after `at` to its closing one, both included. */
export function parenthesised(text: string, at: number): string | undefined {
  const open = text.indexOf('(', at);
  if (open === -1) return undefined;
  const close = scan(text, open + 1, (_, depth) => depth < 0);
  return text.slice(open, close + 1);
}

/** Splits at the semicolons that stand outside quotes and comments: for text that the parser gives up on. */
export function splitStatements(sql: string): { readonly start: number; readonly text: string }[] {
  const statements: { start: number; text: string }[] = [];
  for (let from = 0; from < sql.length; ) {
    const end = scan(sql, from, (letter) => letter === ';');
    const text = sql.slice(from, end);
    statements.push({ start: from + text.length - text.trimStart().length, text: text.trim() });
    from = end + 1;
  }
  return statements;
}

/** Where the first of the words stands outside parentheses, quotes and comments. `IS DISTINCT FROM` is no FROM. */
function findWord(text: string, words: readonly string[]): { readonly from: number; readonly to: number } | undefined {
  const word = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy;
  let before = '';
  for (let from = 0; from < text.length; ) {
    const start = scan(text, from, (letter, depth) => depth === 0 && /[a-z_\u0080-\uffff]/i.test(letter));
    word.lastIndex = start;
    const found = word.exec(text)?.[0].toLowerCase();
    if (found === undefined) return undefined;
    const to = start + found.length;
    const isDistinct = found === 'from' && before === 'distinct';
    if (words.includes(found) && !isDistinct) return { from: start, to };
    before = found;
    from = to;
  }
  return undefined;
}

/** The text behind the first of the words. */
export function afterWord(text: string, words: readonly string[]): string | undefined {
  const found = findWord(text, words);
  return found === undefined ? undefined : text.slice(found.to);
}

/** The text up to the first of the words, or all of it. */
export function untilWord(text: string, words: readonly string[]): string {
  return text.slice(0, findWord(text, words)?.from ?? text.length);
}
