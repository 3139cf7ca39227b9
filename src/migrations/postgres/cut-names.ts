import { skipQuoted } from './sql-text.ts';

/** NAMEDATALEN - 1. PostgreSQL: documentation, 4.1.1 "Identifiers and Key Words". */
const longestBytes = 63;

/** Cheap: most texts have no word and nothing in double quotes that is so long, and no letters of several bytes. */
const suspicious = /[\w$]{64}|"[^"]{64}|[\u0080-\uffff]/;
/** With letters of several bytes, 22 of them may be too many. */
const suspiciousWide = /[\w$\u0080-\uffff]{22}|"[^"]{22}/;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;

function cut(name: string): string {
  let bytes = 0;
  let kept = '';
  for (const letter of name) {
    bytes += Buffer.byteLength(letter);
    if (bytes > longestBytes) break;
    kept += letter;
  }
  return kept;
}

/** Identifiers that are longer than the server keeps, with what it makes of them. PostgreSQL: truncate_identifier, scansup.c. */
export function cutNames(text: string): readonly { readonly name: string; readonly to: string }[] {
  if (text.length * 3 <= longestBytes || !suspicious.test(text) || !suspiciousWide.test(text)) return [];
  const found = new Map<string, string>();
  const note = (name: string): void => {
    if (name.length * 3 > longestBytes && Buffer.byteLength(name) > longestBytes) found.set(name, cut(name));
  };
  for (let at = 0; at < text.length; ) {
    const end = skipQuoted(text, at);
    if (end !== undefined) {
      if (text[at] === '"') note(text.slice(at + 1, end - 1).replaceAll('""', '"'));
      at = end;
      continue;
    }
    word.lastIndex = at;
    const found = word.exec(text)?.[0];
    if (found !== undefined) note(found);
    at += found?.length ?? 1;
  }
  return [...found].map(([name, to]) => ({ name, to }));
}
