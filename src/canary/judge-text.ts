/**
 * Numbers as text, with enough digits that different numbers never look the same: "75 < 75" tells nobody anything.
 * At least three significant digits; a double needs at most seventeen.
 */
export function tellApart(...values: number[]): readonly string[] {
  const different = new Set(values).size;
  for (let digits = 3; digits < 17; digits += 1) {
    const texts = values.map((value) => shortened(value, digits));
    if (new Set(texts).size === different) return texts;
  }
  return values.map(String);
}

function shortened(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** A ratio as percent, to three significant digits. */
export function percent(ratio: number): string {
  return `${(100 * ratio).toPrecision(3)} %`;
}
