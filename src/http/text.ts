/**
 * What the store cannot keep: U+0000, which PostgreSQL refuses in text and jsonb, and half of a surrogate pair, which is
 * no character (PostgreSQL: "Unicode high surrogate must not follow…", jsonapi.c).
 */
export function isKeepable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/**
 * Whether all strings and keys of a parsed body can be kept. SQL text is exempt where a lint request has it
 * (`files[].sql`): a file that holds a NUL is that file's own error. Walks without recursion: the input is hostile.
 */
export function hasKeepableText(body: unknown): boolean {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string' && !isKeepable(item)) return false;
      if (typeof item !== 'object' || item === null) continue;
      for (const [key, value] of Object.entries(item)) {
        if (!isKeepable(key)) return false;
        if (!(depth === sqlDepth && key === 'sql' && typeof value === 'string')) next.push(value);
      }
    }
    level = next;
  }
  return true;
}

/** Of the objects in `{ files: [{ sql }] }`. */
const sqlDepth = 2;
