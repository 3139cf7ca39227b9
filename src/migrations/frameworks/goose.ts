import type { MigrationPart, SourceFile } from '../input.ts';
import { byPath, byVersion, linesOf, nameOf } from './files.ts';
import type { Framework, Migration } from './framework.ts';

/** Annotations stand at the start of a line, behind two dashes. */
const annotation = /^--\s*\+goose\s+(.*?)\s*$/i;

interface Section {
  readonly from: number;
  readonly to: number;
  /** Statements that are sent whole, whatever semicolons they hold. */
  readonly blocks: readonly { readonly from: number; readonly to: number }[];
}

interface Parsed {
  readonly up: Section | undefined;
  readonly down: Section | undefined;
  readonly transaction: boolean;
  readonly substitutes: boolean;
  readonly endless: boolean;
}

function parse(text: string): Parsed {
  const starts: { word: string; from: number; to: number }[] = [];
  for (const line of linesOf(text)) {
    const word = annotation.exec(line.text)?.[1];
    if (word !== undefined) starts.push({ word: word.toLowerCase(), from: line.from, to: line.to });
  }
  const section = (name: string): Section | undefined => {
    const at = starts.findIndex(({ word }) => word === name);
    const start = starts[at];
    if (start === undefined) return undefined;
    const after = starts.findIndex(({ word }, index) => index > at && (word === 'up' || word === 'down'));
    const inside = starts.slice(at + 1, after === -1 ? undefined : after);
    const blocks = inside.flatMap(({ word, to }, index) => {
      const end = inside[index + 1];
      return word === 'statementbegin' && end?.word === 'statementend' ? [{ from: to, to: end.from }] : [];
    });
    return { from: start.to, to: starts[after]?.from ?? text.length, blocks };
  };
  const count = (name: string): number => starts.filter(({ word }) => word === name).length;
  return {
    up: section('up'),
    down: section('down'),
    transaction: count('no transaction') === 0,
    substitutes: starts.some(({ word }) => /^envsub(st)? on$/.test(word)),
    endless: count('statementbegin') !== count('statementend'),
  };
}

/** Without a transaction statements run one by one, but what stands between StatementBegin and StatementEnd is one query. */
function partsOf({ from, to, blocks }: Section, transaction: boolean): readonly MigrationPart[] {
  if (transaction) return [{ from, to, transaction: 'wrapped' }];
  const parts: MigrationPart[] = [];
  let at = from;
  for (const block of blocks) {
    parts.push({ from: at, to: block.from, transaction: 'none' }, { ...block, transaction: 'implicit' });
    at = block.to;
  }
  return [...parts, { from: at, to, transaction: 'none' }];
}

function claims({ path, text }: SourceFile): boolean {
  return path.endsWith('.sql') && /^--\s*\+goose\s+(up|down)\s*$/im.test(text);
}

function toMigration({ path, text }: SourceFile): Migration {
  const { up, down, transaction } = parse(text);
  return {
    path,
    sql: text,
    parts: up === undefined ? [] : partsOf(up, transaction),
    down: down === undefined ? undefined : { path, sql: text, parts: partsOf(down, transaction) },
    version: /^(\d+)_/.exec(nameOf(path))?.[1],
  };
}

function problemsOf({ path, text }: SourceFile) {
  const parsed = parse(text);
  const messages = [
    ...(parsed.up === undefined ? ['has no "-- +goose Up": goose refuses the file'] : []),
    ...(parsed.endless ? ['"-- +goose StatementBegin" and "StatementEnd" do not match: goose refuses the file'] : []),
    ...(parsed.substitutes
      ? ['goose puts environment variables in before it runs this: judged as the text stands']
      : []),
    ...(/^\d+_/.test(nameOf(path)) ? [] : ['its name does not begin with a number and "_": goose passes it over']),
  ];
  return messages.map((message) => ({ path, message }));
}

/** goose: one file a migration, in sections. */
export const goose: Framework = {
  id: 'goose',
  title: 'goose',
  page: {
    files: '`12_name.sql` with `-- +goose Up` and `-- +goose Down`',
    order: 'by number',
    transaction:
      'one for each migration; `-- +goose NO TRANSACTION` runs each statement alone, and what stands between `StatementBegin` and `StatementEnd` as one query',
    source: 'goose: internal/sqlparser/parser.go',
  },
  claim: (files) => files.filter(claims).length,
  arrange: (files) => {
    const own = files.filter(claims);
    const numbered = own
      .map(toMigration)
      .flatMap((each) => (each.version === undefined ? [] : [{ ...each, version: each.version }]));
    const others = own.map(toMigration).filter(({ version }) => version === undefined);
    return {
      migrations: [...numbered.sort(byVersion), ...others.sort(byPath)],
      problems: own.flatMap(problemsOf),
    };
  },
  write: ({ sql, transaction }) =>
    `${transaction === 'outside' ? '-- +goose NO TRANSACTION\n' : ''}-- +goose Up\n${sql}\n\n-- +goose Down\n-- what takes it back`,
};
