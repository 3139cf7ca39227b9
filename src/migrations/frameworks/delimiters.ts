import type { TextRange } from '../input.ts';
import { skipQuoted } from '../postgres/sql-text.ts';

/** Where a delimiter that is no semicolon stands between `from` and `to`, outside of quotes and comments. */
export function findDelimiters(text: string, { from, to }: TextRange, delimiter: string): readonly TextRange[] {
  const found: TextRange[] = [];
  const word = /^\w+$/.test(delimiter);
  // a lone sign such as "/" is an operator, too: it counts at the end of a line only
  const atLineEnd = word || delimiter.length === 1;
  for (let at = from; at < to; ) {
    if (text.startsWith(delimiter, at)) {
      const end = at + delimiter.length;
      const ends = !atLineEnd || /^[ \t]*(\r?\n|$)/.test(text.slice(end, Math.min(to, end + 200)));
      const begins = !word || /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at));
      if (ends && begins) {
        found.push({ from: at, to: end });
        at = end;
        continue;
      }
    }
    at = skipQuoted(text, at) ?? at + 1;
  }
  return found;
}
