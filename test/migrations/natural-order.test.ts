import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { naturalOrder } from '../../src/migrations/natural-order.ts';

const collator = new Intl.Collator('en', { numeric: true });

test('numbers in names count by their value', () => {
  const names = ['V10__b.sql', 'V2__a.sql', 'deeper/V11__c.sql', 'V002__a.sql', 'v2__a.sql', 'é.sql', 'Vz.sql'];
  expect(names.toSorted(naturalOrder)).toEqual([
    'deeper/V11__c.sql',
    'é.sql',
    'v2__a.sql',
    'V2__a.sql',
    'V002__a.sql',
    'V10__b.sql',
    'Vz.sql',
  ]);
});

/** Texts that are often alike, so that every level of the comparison decides some of them. */
const part = fc.constantFrom('a', 'A', 'b', '_', '-', '/', '.', ' ', '0', '00', '1', '01', '10', 'V', "'", '~', '{');
const name = fc.oneof(
  fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

test('it is the order that the collator gives', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      expect(Math.sign(naturalOrder(one, other))).toBe(collator.compare(one, other));
    }),
    { numRuns: 3000 },
  );
});
