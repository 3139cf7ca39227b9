import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sourceText } from '../../src/migrations/source-text.ts';

test('byte offsets lead to the same place whatever the text is made of', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '€', '🎉', ' '), maxLength: 400 });
  fc.assert(
    fc.property(text, fc.nat(400), (whole, cut) => {
      const characters = [...whole];
      const before = characters.slice(0, cut).join('');
      const source = sourceText(whole);
      expect(source.fromByte(Buffer.byteLength(before))).toBe(before.length);
      expect(source.fromCharacter(Math.min(cut, characters.length))).toBe(before.length);
      const lines = before.split('\n');
      expect(source.position(before.length)).toEqual({ line: lines.length, column: (lines.at(-1) ?? '').length + 1 });
    }),
  );
});
