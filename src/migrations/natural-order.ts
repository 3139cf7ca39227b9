/** Printable ASCII in the order of the root collation (Unicode CLDR, allkeys_CLDR.txt); a letter stands for both cases. */
const order = ' _-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz';

const weights = new Uint8Array(128);
for (let at = 0; at < order.length; at += 1) weights[order.charCodeAt(at)] = at + 1;
for (let letter = 0x41; letter <= 0x5a; letter += 1) weights[letter] = weights[letter + 0x20] ?? 0;

/** ICU reads at most 254 digits as one number; nobody's version is that long. */
const plain = /^(?!.*\d{250})[ -~]*$/;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

function afterZeros(text: string, from: number, end: number): number {
  let at = from;
  while (at < end - 1 && text.charCodeAt(at) === 0x30) at += 1;
  return at;
}

/** Compares two runs of digits by value. */
function compareNumbers(one: string, oneEnd: number, oneFrom: number, other: string, otherEnd: number, from: number) {
  const first = one.slice(afterZeros(one, oneFrom, oneEnd), oneEnd);
  const second = other.slice(afterZeros(other, from, otherEnd), otherEnd);
  if (first.length !== second.length) return first.length - second.length;
  return first < second ? -1 : Number(first > second);
}

function comparePlain(one: string, other: string): number {
  let cased = 0; // the first difference in case decides between names that are otherwise the same: small before capital
  let left = 0;
  let right = 0;
  while (left < one.length && right < other.length) {
    const a = one.charCodeAt(left);
    const b = other.charCodeAt(right);
    if (isDigit(a) && isDigit(b)) {
      const leftEnd = endOfDigits(one, left);
      const rightEnd = endOfDigits(other, right);
      const difference = compareNumbers(one, leftEnd, left, other, rightEnd, right);
      if (difference !== 0) return difference;
      left = leftEnd;
      right = rightEnd;
      continue;
    }
    const difference = (weights[a] ?? 0) - (weights[b] ?? 0);
    if (difference !== 0) return difference;
    if (cased === 0) cased = b - a;
    left += 1;
    right += 1;
  }
  return one.length - left - (other.length - right) || cased;
}

let collator: Intl.Collator | undefined;

/**
 * The order in which people read names, numbers by their value: V2 before V10. It is that of
 * `Intl.Collator('en', { numeric: true })`, whose tables take 5 ms to load: it is asked for names beyond ASCII only.
 */
export function naturalOrder(one: string, other: string): number {
  if (plain.test(one) && plain.test(other)) return comparePlain(one, other);
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(one, other);
}
