/** A part of the page, and the pictures that it shows: name without ending, and SVG. */
export interface Section {
  readonly text: string;
  readonly pictures: readonly (readonly [string, string])[];
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}
