import type { MigrationPart, SourceFile, TextRange, TransactionMode } from '../input.ts';

/** Constant SQL in a migration that is a program, and what else it does on its way. */
export interface EmbeddedSql {
  readonly up: readonly MigrationPart[];
  readonly down: readonly MigrationPart[];
  /** Offsets of calls on the way up that run something which cannot be read here. */
  readonly unread: readonly number[];
}

export interface EmbeddedForm {
  /** A call up to its opening parenthesis that runs the SQL of its first argument. */
  readonly query: RegExp;
  /** Calls that change the schema otherwise. */
  readonly other: RegExp;
  readonly transaction: TransactionMode;
}

const direction =
  /\b(?:exports\.(up|down)\s*=|(?:async\s+|function\s+|const\s+)(up|down)\b|(?:public\s+)(?:async\s+)?(up|down)\s*\(|^\s*(up|down)\s*\()/gm;

/** The string that starts at `at`, without its quotes; undefined for anything that is not constant. */
function constantAt(text: string, at: number): TextRange | undefined {
  const quote = text[at];
  if (quote !== '`' && quote !== "'" && quote !== '"') return undefined;
  for (let next = at + 1; next < text.length; next += 1) {
    if (text[next] === '\\') next += 1;
    else if (quote === '`' && text.startsWith('${', next)) return undefined;
    else if (text[next] === quote) return { from: at + 1, to: next };
  }
  return undefined;
}

/** Escapes inside of a string as what they stand for; a quote moves to where the name or text inside of it stays whole. */
function escapesIn(text: string, { from, to }: TextRange): MigrationPart['blank'] {
  const found: (TextRange & { instead?: string })[] = [];
  const opened = new Map<string, boolean>();
  for (let at = text.indexOf('\\', from); at !== -1 && at < to; at = text.indexOf('\\', at + 2)) {
    const letter = text[at + 1] ?? '';
    const closes = opened.get(letter) === true;
    opened.set(letter, !closes);
    if (/[nrtbfv\r\n]/.test(letter)) found.push({ from: at, to: at + 2 });
    else if (closes) found.push({ from: at, to: at + 2, instead: letter });
    else found.push({ from: at, to: at + 1 });
  }
  return found;
}

interface Call {
  readonly at: number;
  readonly sql: TextRange | undefined;
}

function callsIn(text: string, { query, other }: EmbeddedForm): readonly Call[] {
  const queries = [...text.matchAll(new RegExp(query.source, 'g'))].map((match): Call => {
    const start = match.index + match[0].length;
    const argument = start + (/^\s*/.exec(text.slice(start, start + 1000))?.[0].length ?? 0);
    const sql = constantAt(text, argument);
    // a string that something is added to is not constant
    return { at: match.index, sql: sql !== undefined && /^\s*[,)]/.test(text.slice(sql.to + 1)) ? sql : undefined };
  });
  const others = [...text.matchAll(new RegExp(other.source, 'g'))].map(
    (match): Call => ({ at: match.index, sql: undefined }),
  );
  return [...queries, ...others].sort((one, another) => one.at - another.at);
}

/** Which way the code at an offset belongs to: that of the function which begins last before it. */
function directions(text: string): (at: number) => 'up' | 'down' | undefined {
  const starts = [...text.matchAll(direction)].map((match) => ({
    at: match.index,
    way: match.slice(1).find((word) => word !== undefined),
  }));
  return (at) => {
    const way = starts.findLast((start) => start.at <= at)?.way;
    return way === 'up' || way === 'down' ? way : undefined;
  };
}

/** Reads the constant SQL of a migration written in JavaScript or TypeScript, without running it. */
export function readEmbedded({ text }: SourceFile, form: EmbeddedForm): EmbeddedSql {
  const wayOf = directions(text);
  const calls = callsIn(text, form).map((call) => ({ ...call, way: wayOf(call.at) }));
  const partsOf = (way: 'up' | 'down'): readonly MigrationPart[] => {
    const ranges = calls.flatMap((call) => (call.way === way && call.sql !== undefined ? [call.sql] : []));
    return ranges.map((range, at) => ({
      ...range,
      transaction: form.transaction,
      blank: escapesIn(text, range),
      goesOn: form.transaction === 'wrapped' && at < ranges.length - 1,
    }));
  };
  const unread = calls.filter(({ way, sql }) => way === 'up' && sql === undefined).map(({ at }) => at);
  return { up: partsOf('up'), down: partsOf('down'), unread };
}
