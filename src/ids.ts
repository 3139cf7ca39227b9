import { randomBytes } from 'node:crypto';

/** Prefixes of the ids that people meet; the rest of an id is opaque. */
export type IdPrefix = 'eval' | 'rb' | 'watch' | 'report' | 'action' | 'override' | 'tok' | 'audit' | 'why';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id like `rb_01jd3k…`: milliseconds first, so ids sort by their time of birth, then 80 random bits.
 * The layout is ULID's (https://github.com/ulid/spec), in lower case.
 */
export function newId(prefix: IdPrefix, now: Date): string {
  let time = now.getTime();
  let head = '';
  for (let digit = 0; digit < 10; digit += 1) {
    head = alphabet.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  const tail = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join('');
  return `${prefix}_${head}${tail}`;
}
