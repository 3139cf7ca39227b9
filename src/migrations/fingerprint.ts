import { type Engine, spansOf } from './comments.ts';

/** The statement without comments and line breaks, in small letters outside quotes: the same however it is laid out. */
export function normaliseStatement(sql: string, engine: Engine): string {
  const parts: string[] = [];
  let outside = '';
  let copied = 0;
  const flush = (): void => {
    parts.push(outside.replace(/\s+/g, ' ').toLowerCase());
    outside = '';
  };
  for (const { kind, start, end } of spansOf(sql, engine)) {
    outside += sql.slice(copied, start);
    copied = end;
    if (kind === 'comment') outside += ' ';
    else {
      flush();
      parts.push(sql.slice(start, end));
    }
  }
  outside += sql.slice(copied);
  flush();
  return parts.join('').trim();
}

/** MurmurHash3's last step (Austin Appleby, public domain): spreads every bit over all 32. */
function spread(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** 64 bits of a text as 16 hexadecimal digits. Tells texts apart, keeps no secret; loading node:crypto takes 5 ms. */
export function digest(text: string): string {
  let one = 0x9e3779b9;
  let other = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0xcc9e2d51);
    one ^= one >>> 15;
    other = Math.imul(other ^ unit, 0x01000193); // FNV-1a's prime
  }
  const halves = [spread(one ^ other), spread(other ^ text.length)];
  return halves.map((half) => half.toString(16).padStart(8, '0')).join('');
}

/** Gives findings of one file their fingerprints: rule and statement, and a number where both come again. */
export function createFingerprints(): (rule: string, normalised: string) => string {
  const seen = new Map<string, number>();
  return (rule, normalised) => {
    const first = digest(`${rule}\n${normalised}`);
    const times = (seen.get(first) ?? 0) + 1;
    seen.set(first, times);
    return times === 1 ? first : digest(`${first}\n${times}`);
  };
}
