const singleQuote = 0x27;
const doubleQuote = 0x22;
const dollar = 0x24;
const hyphen = 0x2d;
const slash = 0x2f;
const star = 0x2a;
const backslash = 0x5c;

/** Block comments nest in PostgreSQL (documentation, 4.1.5). */
function endOfBlockComment(sql: string, from: number): number {
  let depth = 0;
  for (let at = from; at < sql.length; at += 1) {
    const code = sql.charCodeAt(at);
    if (code === slash && sql.charCodeAt(at + 1) === star) {
      depth += 1;
      at += 1;
    } else if (code === star && sql.charCodeAt(at + 1) === slash) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}

/** Where the token that starts at `at` ends, if it is one whose inside must not be read: a string, an identifier in quotes, a comment. */
export function skipQuoted(text: string, at: number): number | undefined {
  const code = text.charCodeAt(at);
  if (code === singleQuote || code === doubleQuote) return endOfQuotes(text, at, code);
  if (code === dollar) return endOfDollarQuotes(text, at);
  if (code === hyphen && text.charCodeAt(at + 1) === hyphen) {
    const newline = text.indexOf('\n', at);
    return newline === -1 ? text.length : newline + 1;
  }
  return code === slash && text.charCodeAt(at + 1) === star ? endOfBlockComment(text, at) : undefined;
}

function endOfQuotes(text: string, at: number, quote: number): number {
  const escapes = quote === singleQuote && /(^|[^a-z0-9_])e$/i.test(text.slice(Math.max(0, at - 2), at));
  for (let next = at + 1; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (escapes && code === backslash) next += 1;
    else if (code === quote && text.charCodeAt(next + 1) === quote) next += 1;
    else if (code === quote) return next + 1;
  }
  return text.length;
}

const dollarTag = /\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/iy;
const inIdentifier = /[\w\u0080-\uffff]/;

/** A dollar inside an identifier (`a$b$`) opens no quotes. PostgreSQL: scan.l, ident_cont. */
function endOfDollarQuotes(text: string, at: number): number | undefined {
  if (at > 0 && inIdentifier.test(text.charAt(at - 1))) return undefined;
  dollarTag.lastIndex = at;
  const tag = dollarTag.exec(text)?.[0];
  if (tag === undefined) return undefined;
  const end = text.indexOf(tag, at + tag.length);
  return end === -1 ? text.length : end + tag.length;
}

/** Characters that may open quotes or a comment, or that `scan` shows. */
const punctuation = /['"$\-/()[\],;]/g;

/**
 * Calls `see` for each parenthesis, bracket, comma and semicolon that is neither inside quotes nor in a comment, until it
 * returns true; gives that offset.
 */
function scan(text: string, from: number, see: (letter: string, depth: number) => boolean): number {
  let depth = 0;
  let at = from;
  for (;;) {
    punctuation.lastIndex = at;
    const found = punctuation.exec(text);
    if (found === null) return text.length;
    at = found.index;
    const skipped = skipQuoted(text, at);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const letter = found[0];
    if (letter === ')' || letter === ']') depth -= 1;
    if (letter !== '$' && letter !== '-' && letter !== '/' && see(letter, depth)) return at;
    if (letter === '(' || letter === '[') depth += 1;
    at += 1;
  }
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

/** Length of white space and comments between the parser's start of a statement and its first word. */
export function leadingSpace(sql: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = sql.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code > 0x7f && /\s/.test(sql.charAt(at)))) at += 1;
    else if (sql.startsWith('--', at)) {
      const newline = sql.indexOf('\n', at);
      at = newline === -1 ? to : newline + 1;
    } else if (sql.startsWith('/*', at)) at = endOfBlockComment(sql, at);
    else break;
  }
  return Math.min(at, to) - from;
}

const wordOrPunctuation = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*|['"$()[\]]|--|\/\*/gi;

/** Where the first of the words stands outside parentheses, quotes and comments. `IS DISTINCT FROM` is no FROM. */
function findWord(text: string, words: readonly string[]): { readonly from: number; readonly to: number } | undefined {
  let before = '';
  let depth = 0;
  for (let at = 0; ; ) {
    wordOrPunctuation.lastIndex = at;
    const match = wordOrPunctuation.exec(text);
    if (match === null) return undefined;
    const found = match[0].toLowerCase();
    const from = match.index;
    at = skipQuoted(text, from) ?? from + found.length;
    if (found === '(' || found === '[') depth += 1;
    else if (found === ')' || found === ']') depth -= 1;
    else if (depth === 0 && words.includes(found) && !(found === 'from' && before === 'distinct'))
      return { from, to: at };
    before = found;
  }
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
