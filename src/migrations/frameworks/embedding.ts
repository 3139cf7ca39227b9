import type { SourceFile } from '../input.ts';
import { type EmbeddedForm, readEmbedded } from './embedded.ts';
import { byVersion, nameOf } from './files.ts';
import type { Arrangement, Migration } from './framework.ts';

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function lines(text: string, offsets: readonly number[]): string {
  const numbers = [...new Set(offsets.map((at) => lineAt(text, at)))];
  const shown = numbers.slice(0, 5).join(', ');
  return `${numbers.length === 1 ? 'line' : 'lines'} ${shown}${numbers.length > 5 ? ` and ${numbers.length - 5} more` : ''}`;
}

/** Migrations that are programs with SQL in them: what is constant is judged, the rest is named. */
export function arrangeEmbedded(
  files: readonly SourceFile[],
  formOf: (file: SourceFile) => EmbeddedForm,
  advice: string,
): Arrangement {
  const read = files.map((file) => ({ file, found: readEmbedded(file, formOf(file)) }));
  const readable = read.filter(({ found }) => found.up.length > 0 || found.unread.length === 0);
  const migrations = readable.map(({ file: { path, text }, found }): Migration & { version: string } => ({
    path,
    sql: text,
    parts: found.up,
    down: found.down.length === 0 ? undefined : { path, sql: text, parts: found.down },
    version: /^\d+/.exec(nameOf(path))?.[0] ?? /(\d{13})/.exec(text)?.[1] ?? '0',
  }));
  return {
    migrations: migrations.sort(byVersion),
    problems: readable.flatMap(({ file: { path, text }, found }) =>
      found.unread.length === 0
        ? []
        : [{ path, message: `only its constant SQL is judged, not what ${lines(text, found.unread)} run: ${advice}` }],
    ),
    unreadable: read
      .filter(({ found }) => found.up.length === 0 && found.unread.length > 0)
      .map(({ file: { path, text }, found }) => ({
        path,
        error: { message: `holds no constant SQL: ${advice}`, line: lineAt(text, found.unread[0] ?? 0), column: 1 },
      })),
  };
}
