/** A file's text with its positions: byte offsets of the parser to offsets of JavaScript strings, and those to lines and columns. */
export interface SourceText {
  readonly text: string;
  /** UTF-8 byte offset to UTF-16 offset. */
  fromByte(byte: number): number;
  /** Offset counted in Unicode characters to UTF-16 offset. */
  fromCharacter(character: number): number;
  /** 1-based line and column (in UTF-16 units, as editors count) of an offset. */
  position(offset: number): { line: number; column: number };
}

/** Index of the last entry that is <= wanted, in a list that rises. */
function lastAtMost(list: readonly number[], wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((list[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Marks every 64th UTF-16 unit with its byte offset, so that a conversion looks at 64 units at most. */
function byteConverter(text: string): (byte: number) => number {
  const step = 64;
  const marks: number[] = [];
  let bytes = 0;
  const width = (at: number): number => {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) return 1;
    if (unit < 0x800) return 2;
    return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3; // each half of a pair stands for two of the four bytes
  };
  for (let at = 0; at < text.length; at += 1) {
    if (at % step === 0) marks.push(bytes);
    bytes += width(at);
  }
  return (byte) => {
    const mark = lastAtMost(marks, byte);
    let at = mark * step;
    for (let seen = marks[mark] ?? 0; seen < byte && at < text.length; at += 1) seen += width(at);
    return at;
  };
}

function characterToUnit(text: string, character: number): number {
  let unit = 0;
  for (let seen = 0; seen < character && unit < text.length; seen += 1) {
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  }
  return unit;
}

export function sourceText(text: string): SourceText {
  const ascii = Buffer.byteLength(text) === text.length;
  let lineStarts: number[] | undefined;
  const starts = (): number[] => {
    if (lineStarts !== undefined) return lineStarts;
    lineStarts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
    return lineStarts;
  };
  let convert: ((byte: number) => number) | undefined;
  return {
    text,
    fromByte: (byte) => {
      if (ascii) return byte;
      convert ??= byteConverter(text);
      return convert(byte);
    },
    fromCharacter: (character) => (ascii ? character : characterToUnit(text, character)),
    position: (offset) => {
      const line = lastAtMost(starts(), offset);
      return { line: line + 1, column: offset - (starts()[line] ?? 0) + 1 };
    },
  };
}
