/** Edits (a letter more, less, other, or two swapped) from one word to another; counts to `most` and gives up. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = current;
  }
  return last[other.length] ?? 0;
}

/** Words that somebody who wrote `word` may have meant, the likeliest first, at most three: misspelt, else with parts of it. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const wanted = word.slice(0, 100).toLowerCase().replaceAll('_', '-');
  const most = Math.max(2, Math.floor(wanted.length / 4));
  const misspelt = words
    .map((known) => ({ known, edits: distance(wanted, known, most) }))
    .filter(({ edits }) => edits <= most)
    .toSorted((one, other) => one.edits - other.edits)
    .map(({ known }) => known);
  const pieces = wanted.split('-').filter((piece) => piece.length > 2);
  const shared = (known: string): number => pieces.filter((piece) => known.split('-').includes(piece)).length;
  const some = misspelt.length > 0 ? pieces.length : Math.max(pieces.length / 2, ...words.map(shared));
  const partly = words.filter((known) => shared(known) >= Math.max(1, some));
  return [...new Set([...misspelt, ...partly])].slice(0, 3);
}

/** `; did you mean a or b?`, or nothing. */
export function didYouMean(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
}
