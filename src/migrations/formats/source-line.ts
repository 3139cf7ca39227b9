import type { RenderOptions } from './format.ts';

/** A line of a file, by its number from 1, without its line break. */
export type LineOf = (path: string, line: number) => string | undefined;

/** Lines of the report's files, each file split once, and only when one of its lines is wanted. */
export function sourceLines({ sourceOf }: RenderOptions): LineOf {
  let last: { readonly path: string; readonly lines: readonly string[] } | undefined;
  return (path, line) => {
    if (last?.path !== path)
      last = {
        path,
        lines:
          sourceOf?.(path)
            ?.replace(/^\uFEFF/, '')
            .split('\n') ?? [],
      };
    return last.lines[line - 1]?.replace(/\r$/, '');
  };
}

/** Control characters would move a terminal's cursor, or paint; they are shown as what they are. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (control) => {
    if (control === '\n') return '\\n';
    if (control === '\r') return '\\r';
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Unicode Standard Annex 11: East Asian wide and full-width, and emoji. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** White space as wide as the text on a terminal; tabs stay tabs. */
function paddingLike(text: string): string {
  let padding = '';
  for (const letter of text) {
    if (letter === '\t') padding += '\t';
    else if (!zeroWidth.test(letter)) padding += wide.test(letter) ? '  ' : ' ';
  }
  return padding;
}

/** More of a line than fits on a screen is cut. */
const longestLine = 160;

/** The line, cut to what can be read around the column, and the white space that stands before a caret below it. */
export function excerpt(line: string, column: number): { readonly text: string; readonly padding: string } {
  const at = Math.max(0, Math.min(column - 1, line.length));
  const from = at > longestLine / 2 ? at - longestLine / 4 : 0;
  const before = (from > 0 ? '…' : '') + visible(line.slice(from, at));
  const behind = visible(line.slice(at, from + longestLine)) + (line.length > from + longestLine ? '…' : '');
  return { text: before + behind, padding: paddingLike(before) };
}
