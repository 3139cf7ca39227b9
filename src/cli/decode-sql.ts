import type { SqlFile, UnreadableFile } from '../migrations/lint.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Position of the first byte that is no UTF-8, found by reading the longest valid beginning. */
function invalidPosition(bytes: Uint8Array): { line: number; column: number } {
  let low = 0;
  let high = bytes.length;
  const valid = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false; // the decoder's one error: a byte sequence that is no UTF-8
    }
  };
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valid(middle)) low = middle;
    else high = middle - 1;
  }
  const before = new TextDecoder().decode(bytes.subarray(0, low), { stream: true });
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** Bytes to text; what is no UTF-8 takes its place in the report as an unreadable file. */
export function decodeSql(path: string, bytes: Uint8Array): SqlFile | UnreadableFile {
  try {
    return { path, sql: utf8.decode(bytes) };
  } catch {
    // TextDecoder throws for nothing else in fatal mode
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const message = utf16
      ? 'UTF-16, not UTF-8: convert the file, for instance with iconv -f UTF-16 -t UTF-8'
      : 'not UTF-8: convert the file, for instance with iconv -f LATIN1 -t UTF-8 if that is what it is';
    return { path, error: { message, ...invalidPosition(bytes) } };
  }
}
