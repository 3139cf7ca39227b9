/** Whole lines as they lie in the input, or one that is longer than a line may be, and was not kept. */
export type LineBatch =
  | { readonly status: 'lines'; readonly firstLine: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly status: 'too-long'; readonly firstLine: number };

const newline = 0x0a;

/**
 * Cuts a stream into batches of whole lines: what has come is passed on as soon as a line of it has ended, so that
 * whoever follows a growing input is not kept waiting. Of a line beyond the limit nothing is held.
 * @param longestLine in bytes
 */
export async function* lineBatches(
  chunks: AsyncIterable<Uint8Array>,
  longestLine: number,
): AsyncGenerator<LineBatch, void, void> {
  let line = 1;
  let open: Uint8Array[] = []; // the beginning of a line whose end has not come
  let openBytes = 0;
  let skipping = false;
  for await (const chunk of chunks) {
    let rest = chunk;
    if (skipping) {
      const end = rest.indexOf(newline);
      if (end === -1) continue;
      skipping = false;
      line += 1;
      rest = rest.subarray(end + 1);
    }
    const end = rest.lastIndexOf(newline) + 1;
    if (end > 0) {
      const bytes = joined([...open, rest.subarray(0, end)], openBytes + end);
      yield { status: 'lines', firstLine: line, bytes };
      line += countLines(rest.subarray(0, end));
      open = [];
      openBytes = 0;
    }
    if (end < rest.length) {
      open.push(rest.slice(end));
      openBytes += rest.length - end;
    }
    if (openBytes > longestLine) {
      yield { status: 'too-long', firstLine: line };
      skipping = true;
      open = [];
      openBytes = 0;
    }
  }
  if (openBytes > 0) yield { status: 'lines', firstLine: line, bytes: joined(open, openBytes) };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
