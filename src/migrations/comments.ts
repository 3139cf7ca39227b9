import { skipMysqlQuoted } from './mysql/split.ts';
import { skipQuoted } from './postgres/sql-text.ts';

export type Engine = 'postgresql' | 'mysql';

/** A comment, or a piece in quotes (string, identifier, dollar quote), by UTF-16 offsets. */
export interface Span {
  readonly kind: 'comment' | 'quoted';
  readonly start: number;
  readonly end: number;
}

const openers = { postgresql: /['"$]|--|\/\*/g, mysql: /['"`#]|--|\/\*/g } as const;
const skips = { postgresql: skipQuoted, mysql: skipMysqlQuoted } as const;

/** A dollar sign inside a name (`a$b$`) opens no string: PostgreSQL documentation, 4.1.1. */
function isInsideName(sql: string, at: number): boolean {
  return sql[at] === '$' && at > 0 && /[\w$\u0080-\uffff]/.test(sql[at - 1] ?? '');
}

/** Comments and quoted pieces of a text, in order. */
export function spansOf(sql: string, engine: Engine): readonly Span[] {
  const spans: Span[] = [];
  const opener = new RegExp(openers[engine]); // a copy with its own lastIndex
  for (let match = opener.exec(sql); match !== null; match = opener.exec(sql)) {
    const start = match.index;
    const end = isInsideName(sql, start) ? undefined : skips[engine](sql, start);
    if (end === undefined) continue;
    spans.push({ kind: /^(--|\/\*|#)/.test(match[0]) ? 'comment' : 'quoted', start, end });
    opener.lastIndex = end;
  }
  return spans;
}

/** What stands before a dollar quote that is code: `DO`, `DO LANGUAGE plpgsql`, `AS` of CREATE FUNCTION. */
const beforeCode = /\b(?:as|do|do\s+language\s+\S+)\s*$/i;

function isCode(sql: string, { start }: Span): boolean {
  return sql[start] === '$' && beforeCode.test(sql.slice(Math.max(0, start - 100), start));
}

/** Comments of a text, also those inside the code of DO blocks and functions; never those that a string only quotes. */
export function commentsOf(sql: string, engine: Engine): readonly Span[] {
  return spansOf(sql, engine).flatMap((span): readonly Span[] => {
    if (span.kind === 'comment') return [span];
    if (!isCode(sql, span)) return [];
    const tag = sql.indexOf('$', span.start + 1) + 1 - span.start;
    const from = span.start + tag;
    const body = sql.slice(from, Math.max(from, span.end - tag));
    return spansOf(body, engine)
      .filter(({ kind }) => kind === 'comment')
      .map(({ kind, start, end }) => ({ kind, start: start + from, end: end + from }));
  });
}
