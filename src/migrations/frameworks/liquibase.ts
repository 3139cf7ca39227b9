import type { DownMigration, SourceFile, TextRange, TransactionMode } from '../input.ts';
import type { Dialect, ReportProblem } from '../report.ts';
import { findDelimiters } from './delimiters.ts';
import { byPath, type Line, linesOf, nameOf, whole } from './files.ts';
import type { Arrangement, Framework, Migration } from './framework.ts';

const header = /^\s*--\s*liquibase\s+formatted\b/i;
const changesetLine = /^\s*--\s*changeset\s+("[^"]+"|[^:\s]+):\s*("[^"]+"|\S+)(.*)$/i;
const rollbackLine = /^\s*--\s*rollback\s/i;
const includedFile = /\bfile["']?\s*[:=]\s*["']?([^"'\s>,]+\.sql)\b/g;

interface Changeset extends TextRange {
  readonly id: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly lines: readonly Line[];
}

function changesetsOf(text: string): readonly Changeset[] {
  const found: { id: string; attributes: Map<string, string>; lines: Line[] }[] = [];
  for (const line of linesOf(text)) {
    const match = changesetLine.exec(line.text);
    if (match === null) {
      found.at(-1)?.lines.push(line);
      continue;
    }
    const pairs = [...(match[3] ?? '').matchAll(/(\w+):\s*("[^"]*"|'[^']*'|\S+)/g)];
    const attributes = new Map(
      pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2')]),
    );
    found.push({ id: `${match[1]}:${match[2]}`, attributes, lines: [{ ...line, text: '' }] });
  }
  return found.map((each) => ({ ...each, from: each.lines[0]?.to ?? 0, to: each.lines.at(-1)?.to ?? 0 }));
}

/** `dbms:postgresql,!h2`: Liquibase, DatabaseList.definitionMatches */
function runsOn(changeset: Changeset, dialect: Dialect): boolean {
  const list = (changeset.attributes.get('dbms') ?? 'all').split(',').map((name) => name.trim().toLowerCase());
  if (list.includes('none') || list.includes(`!${dialect}`)) return false;
  return list.includes('all') || list.includes(dialect) || list.every((name) => name.startsWith('!'));
}

function ignoredLines(lines: readonly Line[]): readonly TextRange[] {
  let left = 0;
  return lines.flatMap((line): TextRange[] => {
    const word = /^\s*--\s*ignoreLines:(\w+)/i.exec(line.text)?.[1]?.toLowerCase();
    if (word !== undefined) left = word === 'start' ? Number.POSITIVE_INFINITY : word === 'end' ? 0 : Number(word) + 1;
    if (left === 0 || word === 'start') return [];
    left -= 1;
    return [{ from: line.from, to: line.to }];
  });
}

function partOf(text: string, changeset: Changeset) {
  const { attributes, from, to } = changeset;
  const alone = attributes.get('runintransaction')?.toLowerCase() === 'false';
  const unsplit = attributes.get('splitstatements')?.toLowerCase() === 'false';
  const transaction: TransactionMode = alone ? (unsplit ? 'implicit' : 'none') : 'wrapped';
  const delimiter = attributes
    .get('enddelimiter')
    ?.replace(/\\[nrt]/g, '')
    .trim();
  const own = delimiter !== undefined && delimiter !== '' && delimiter !== ';';
  const again = attributes.get('runonchange') === 'true' || attributes.get('runalways') === 'true';
  return {
    from,
    to,
    transaction,
    // what runs anew when it changes is known by its text as well
    id: again ? `${changeset.id} ${text.slice(from, to)}` : changeset.id,
    blank: ignoredLines(changeset.lines),
    ...(own ? { delimiters: findDelimiters(text, changeset, delimiter) } : unsplit ? { delimiters: [] } : {}),
  };
}

/** The lines `--rollback …` as one text: what stands in front of them and between them is blank. */
function rollbackOf({ lines }: Changeset) {
  const found = lines.flatMap((line) => {
    const prefix = rollbackLine.exec(line.text)?.[0];
    if (prefix === undefined || /^\s*--\s*rollback\s+(empty|not required)\s*;?\s*$/i.test(line.text)) return [];
    return [{ from: line.from + prefix.length, to: line.to }];
  });
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return [];
  const blank = found.slice(1).map((range, at) => ({ from: found[at]?.to ?? range.from, to: range.from }));
  return [{ from: first.from, to: last.to, transaction: 'wrapped' as const, blank }];
}

function toMigration({ path, text }: SourceFile, dialect: Dialect): Migration {
  const changesets = changesetsOf(text).filter((changeset) => runsOn(changeset, dialect));
  const back = changesets.toReversed().flatMap(rollbackOf);
  const down: DownMigration | undefined = back.length === 0 ? undefined : { path, sql: text, parts: back };
  return { path, sql: text, parts: changesets.map((changeset) => partOf(text, changeset)), down };
}

function problemsOf({ path, text }: SourceFile, dialect: Dialect): readonly ReportProblem[] {
  const changesets = changesetsOf(text);
  const elsewhere = changesets.filter((changeset) => !runsOn(changeset, dialect));
  const conditional = changesets.filter(
    ({ attributes }) => attributes.has('context') || attributes.has('contextfilter') || attributes.has('labels'),
  );
  const names = (list: readonly Changeset[]): string =>
    list
      .map(({ id }) => id)
      .slice(0, 5)
      .join(', ');
  const seen = new Set<string>();
  const twice = changesets.filter(({ id }) => seen.has(id) || !seen.add(id));
  const messages = [
    ...(elsewhere.length > 0 ? [`not for ${dialect} by its dbms, so not judged: ${names(elsewhere)}`] : []),
    ...(conditional.length > 0 ? [`judged as if its context and labels were asked for: ${names(conditional)}`] : []),
    ...(twice.length > 0 ? [`author and id are there twice: ${names(twice)}`] : []),
  ];
  return messages.map((message) => ({ path, message }));
}

/** The order in which changelogs in XML, YAML or JSON name files of SQL; the others come behind, by path. */
function includedIn(files: readonly SourceFile[]): readonly string[] {
  const logs = files.filter(({ path }) => /\.(xml|ya?ml|json)$/i.test(path));
  return logs.flatMap(({ text }) => [...text.matchAll(includedFile)].map(([, name = '']) => nameOf(name)));
}

function arrange(files: readonly SourceFile[], dialect: Dialect): Arrangement {
  const order = includedIn(files);
  const places = new Map(order.map((name, at) => [name, at]));
  const rank = (path: string): number => places.get(nameOf(path)) ?? order.length;
  const sql = files.filter(({ path }) => path.endsWith('.sql'));
  const own = sql.filter(({ path, text }) => header.test(text) || places.has(nameOf(path)));
  own.sort((one, other) => rank(one.path) - rank(other.path) || byPath(one, other));
  return {
    migrations: own.map((file) =>
      header.test(file.text)
        ? toMigration(file, dialect)
        : { path: file.path, sql: file.text, parts: whole(file.text, 'wrapped') },
    ),
    problems: own.filter(({ text }) => header.test(text)).flatMap((file) => problemsOf(file, dialect)),
  };
}

/** Liquibase: changesets in formatted SQL. */
export const liquibase: Framework = {
  id: 'liquibase',
  title: 'Liquibase (formatted SQL)',
  page: {
    files:
      'any `*.sql` that begins with `--liquibase formatted sql`; the changeset is the migration, `--rollback` takes it back',
    order: 'as changelogs in XML, YAML or JSON name them, else by path',
    transaction:
      'one for each changeset; `runInTransaction:false` runs its statements alone (`splitStatements:false`: as one query); `dbms`, `endDelimiter` and `ignoreLines` are honoured',
    source: 'Liquibase: AbstractFormattedChangeLogParser.java, documentation "SQL format"',
  },
  sideFiles: /changelog[^/]*\.(xml|ya?ml|json)$/i,
  claim: (files) => files.filter(({ text }) => header.test(text)).length,
  arrange,
  write: ({ sql, transaction }) =>
    `--changeset author:id${transaction === 'outside' ? ' runInTransaction:false' : ''}\n${sql}\n--rollback what takes it back`,
};
