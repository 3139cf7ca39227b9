import type { SourceFile, TransactionMode } from '../input.ts';
import type { ReportProblem } from '../report.ts';
import { findDelimiters } from './delimiters.ts';
import { folderOf, nameOf, whole } from './files.ts';
import type { Framework, Migration } from './framework.ts';

const directive = /^(?:--|#)\s*atlas:(\w+)(?:[ \t]+([ -~]*))?/;

/** Comment lines at the top, and whether the empty line stands behind them without which Atlas does not see them. */
function topOf(text: string): { readonly lines: readonly string[]; readonly detached: boolean } {
  const lines: string[] = [];
  let rest = text;
  while (rest.startsWith('#') || rest.startsWith('--')) {
    const newline = rest.indexOf('\n');
    lines.push((newline === -1 ? rest : rest.slice(0, newline)).trim());
    if (newline === -1) return { lines, detached: true };
    rest = rest.slice(newline + 1);
  }
  return { lines, detached: rest.startsWith('\n') };
}

function directiveValue(lines: readonly string[], name: string): string | undefined {
  return lines
    .map((line) => directive.exec(line))
    .find((match) => match?.[1] === name)?.[2]
    ?.trim();
}

function transactionOf({ text }: SourceFile): TransactionMode {
  const { lines, detached } = topOf(text);
  const mode = detached ? directiveValue(lines, 'txmode') : undefined;
  return mode === 'none' ? 'none' : mode === 'all' ? 'shared' : 'wrapped';
}

function isCheckpoint({ text }: SourceFile): boolean {
  const { lines, detached } = topOf(text);
  return detached && lines.some((line) => directive.exec(line)?.[1] === 'checkpoint');
}

function toMigration(file: SourceFile): Migration {
  const { path, text } = file;
  const [part] = whole(text, transactionOf(file));
  // read from the very first line: migrate, Stmts
  const delimiter = directiveValue(text.split('\n', 1), 'delimiter')?.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
  const delimited = part !== undefined && delimiter !== undefined && delimiter !== '';
  return {
    path,
    sql: text,
    parts:
      part === undefined ? [] : [delimited ? { ...part, delimiters: findDelimiters(text, part, delimiter) } : part],
    version: nameOf(path)
      .replace(/\.sql$/, '')
      .split('_')[0],
  };
}

function problemsOf({ path, text }: SourceFile): readonly ReportProblem[] {
  const { lines, detached } = topOf(text);
  const mode = directiveValue(lines, 'txmode');
  if (mode !== undefined && !detached) {
    const message = `"-- atlas:txmode ${mode}" has no effect: Atlas wants an empty line (LF, not CRLF) behind the comments at the top, and passes it over without a word`;
    return [{ path, message }];
  }
  const late = mode === undefined && /^--\s*atlas:txmode\b/m.test(text);
  return late
    ? [{ path, message: '"-- atlas:txmode" has no effect: it must stand in the first lines of the file' }]
    : [];
}

function ownFiles(files: readonly SourceFile[]): readonly SourceFile[] {
  const folders = new Set(files.filter(({ path }) => nameOf(path) === 'atlas.sum').map(({ path }) => folderOf(path)));
  const marked = files.some(({ text }) => /^--\s*atlas:(txmode|delimiter|checkpoint|nolint|import)\b/m.test(text));
  return files.filter(
    ({ path }) =>
      /^\w[^/]*\.sql$/.test(nameOf(path)) && (folders.has(folderOf(path)) || (marked && folders.size === 0)),
  );
}

/** Atlas: versioned migrations, in its own format. */
export const atlas: Framework = {
  id: 'atlas',
  title: 'Atlas',
  page: {
    files: '`20240131120000_name.sql` beside `atlas.sum`',
    order: 'by name',
    transaction:
      'one for each migration; none with `-- atlas:txmode none` in the first lines and an empty line behind it (`--tx-mode` of the run is not in the files, and not seen); `-- atlas:delimiter` is honoured',
    source: 'Atlas: sql/migrate/dir.go (LocalFile.comments, directive), documentation "Transaction configuration"',
  },
  sideFiles: /^atlas\.(sum|hcl)$/,
  claim: (files) => ownFiles(files).length,
  arrange: (files) => {
    const own = ownFiles(files);
    return {
      migrations: own
        .filter((file) => !isCheckpoint(file))
        .map(toMigration)
        .sort((one, other) => (nameOf(one.path) < nameOf(other.path) ? -1 : 1)),
      // stands for the migrations before it, where none of them ran
      idle: own.filter(isCheckpoint).map(({ path }) => path),
      problems: own.flatMap(problemsOf),
    };
  },
  write: ({ sql, transaction }) => (transaction === 'outside' ? `-- atlas:txmode none\n\n${sql}` : sql),
};
