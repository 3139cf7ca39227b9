/** A metric's values by the start of their period, in milliseconds. */
export type Points = ReadonlyMap<number, number>;

type Value = number | Points;

interface Scene {
  readonly points: (id: string) => Points | undefined;
}

type Read = (scene: Scene) => Value;

/** The expression is none that the sandbox knows; the message goes into AWS's ValidationException. */
export class MathError extends Error {
  override readonly name = 'MathError';
}

/**
 * A CloudWatch math expression over the ids of other queries: + - * / with the usual precedence, brackets, numbers,
 * FILL(id, number), and SUM, AVG, MIN, MAX of one series. What two series do not both have a point for has no point, and
 * neither has a division by zero.
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html)
 *
 * @param points the values behind an id; undefined for an id that no query has
 * @param timestamps all periods that FILL fills
 * @throws MathError for anything else
 */
export function evaluateMath(
  expression: string,
  points: (id: string) => Points | undefined,
  timestamps: readonly number[],
): Points {
  const reader = createReader(tokens(expression), timestamps);
  const read = readSum(reader);
  if (reader.peek() !== '') throw new MathError(`"${reader.peek()}" is too much`);
  const value = read({ points });
  // An expression of numbers alone is no time series; AWS refuses it, too.
  if (typeof value === 'number') throw new MathError(`"${expression}" names no metric`);
  return value;
}

function tokens(expression: string): readonly string[] {
  const found = expression.match(/\d+(\.\d+)?|[A-Za-z_][A-Za-z0-9_]*|[-+*/(),]|\S/g) ?? [];
  if (found.length > 500) throw new MathError('the expression has more than 500 parts');
  return found;
}

/** The parts of an expression, and how far they have been read. */
interface Reader {
  readonly timestamps: readonly number[];
  peek(): string;
  next(): string;
  expect(wanted: string): void;
  /** Counts how deep brackets and signs nest, and gives up at a depth that nobody writes. */
  nested(read: () => Read): Read;
}

function createReader(parts: readonly string[], timestamps: readonly number[]): Reader {
  let at = 0;
  let depth = 0;
  const next = (): string => parts[at++] ?? '';
  return {
    timestamps,
    next,
    peek: () => parts[at] ?? '',
    expect(wanted) {
      const got = next();
      if (got !== wanted) throw new MathError(`expected "${wanted}", found "${got === '' ? 'the end' : got}"`);
    },
    nested(read) {
      if (++depth > 50) throw new MathError('the expression is nested more than 50 deep');
      const inside = read();
      depth -= 1;
      return inside;
    },
  };
}

const readSum = (reader: Reader): Read => readChain(reader, readProduct, ['+', '-']);
const readProduct = (reader: Reader): Read => readChain(reader, readFactor, ['*', '/']);
const readFactor = (reader: Reader): Read => reader.nested(() => readOne(reader));

function readChain(reader: Reader, operand: (reader: Reader) => Read, operators: readonly string[]): Read {
  let left = operand(reader);
  while (operators.includes(reader.peek())) {
    const apply = arithmetic[reader.next()] ?? unknown;
    const first = left;
    const second = operand(reader);
    left = (scene) => combine(first(scene), second(scene), apply);
  }
  return left;
}

function readOne(reader: Reader): Read {
  const part = reader.next();
  if (part === '-') {
    const operand = readFactor(reader);
    return (scene) => combine(0, operand(scene), (a, b) => a - b);
  }
  if (part === '(') {
    const inside = readSum(reader);
    reader.expect(')');
    return inside;
  }
  if (/^\d/.test(part)) return () => Number(part);
  if (/^[a-z]/.test(part)) return (scene) => known(scene, part);
  if (part === 'FILL') return readFill(reader);
  const total = totals[part];
  if (total !== undefined) return readTotal(reader, total);
  throw new MathError(part === '' ? 'it ends too early' : `"${part}": the sandbox does not know that`);
}

function readFill(reader: Reader): Read {
  reader.expect('(');
  const series = readSum(reader);
  reader.expect(',');
  const value = Number(reader.next());
  if (!Number.isFinite(value)) throw new MathError('FILL takes a number as its second argument');
  reader.expect(')');
  return (scene) => {
    const given = series(scene);
    if (typeof given === 'number') return given;
    return new Map(reader.timestamps.map((time) => [time, given.get(time) ?? value]));
  };
}

function readTotal(reader: Reader, total: (values: readonly number[]) => number): Read {
  reader.expect('(');
  const series = readSum(reader);
  reader.expect(')');
  return (scene) => {
    const given = series(scene);
    return typeof given === 'number' ? given : total([...given.values()]);
  };
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const unknown = (): number => Number.NaN;

const totals: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((a, b) => a + b, 0),
  AVG: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  MIN: (values) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  MAX: (values) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
};

function known({ points }: Scene, id: string): Points {
  const found = points(id);
  if (found === undefined) throw new MathError(`no query has the id "${id}"`);
  return found;
}

function combine(left: Value, right: Value, apply: (a: number, b: number) => number): Value {
  if (typeof left === 'number' && typeof right === 'number') return apply(left, right);
  const times = typeof left === 'number' ? (right as Points).keys() : left.keys(); // not both are numbers
  const result = new Map<number, number>();
  for (const time of times) {
    const a = typeof left === 'number' ? left : left.get(time);
    const b = typeof right === 'number' ? right : right.get(time);
    if (a === undefined || b === undefined) continue;
    const value = apply(a, b);
    if (Number.isFinite(value)) result.set(time, value);
  }
  return result;
}
