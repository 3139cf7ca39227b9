import { expect, test } from '@jest/globals';
import { didYouMean, nearest } from '../../src/input/nearest.ts';

const words = ['drop-table', 'drop-column', 'create-index-blocking', 'drop-index-blocking', 'truncate'];

test.each([
  ['a letter wrong', 'drop-tabel', ['drop-table']],
  ['two swapped', 'turncate', ['truncate']],
  ['underscores and capitals', 'DROP_TABLE', ['drop-table']],
  ['a part of the name', 'index-blocking', ['create-index-blocking', 'drop-index-blocking']],
  ['nothing like any', 'xyzzy', []],
  ['nothing', '', []],
  ['far too much', 'x'.repeat(1_000_000), []],
])('%s', (_, word, expected) => {
  expect(nearest(word, words)).toEqual(expected);
});

test('a question for the end of a sentence', () => {
  expect(didYouMean('drop-tabel', words)).toBe('; did you mean drop-table?');
  expect(didYouMean('xyzzy', words)).toBe('');
});
