import type { SourceFile, TransactionMode } from '../input.ts';
import { byVersion, folderOf, nameOf, whole } from './files.ts';
import type { Arrangement, Migration } from './framework.ts';

/** What a file's name says: which migration, and which way. */
export interface NamedFile {
  readonly version: string;
  /** What the names of an up and its down share; where no down has it, one with the same version will do. */
  readonly key: string;
  readonly direction: 'up' | 'down';
}

interface Side extends NamedFile {
  readonly number: string;
  readonly file: SourceFile;
}

/**
 * Migrations of which each is a file to go up and, perhaps, one to go down.
 * @param read undefined for a file that is none of them
 */
export function arrangePairs(
  files: readonly SourceFile[],
  read: (name: string, path: string) => NamedFile | undefined,
  transactionOf: (text: string) => TransactionMode,
): Arrangement {
  const sides = files.flatMap((file): Side[] => {
    const named = read(nameOf(file.path), file.path);
    if (named === undefined) return [];
    const folder = folderOf(file.path);
    return [{ ...named, key: `${folder}/${named.key}`, number: `${folder}/${named.version}`, file }];
  });
  const toDown = ({ file }: Side) => ({
    path: file.path,
    sql: file.text,
    parts: whole(file.text, transactionOf(file.text)),
  });
  const downs = sides.filter(({ direction }) => direction === 'down');
  const byKey = new Map(downs.map((side) => [side.key, side]));
  const byNumber = new Map(downs.map((side) => [side.number, side]));
  const ups = sides.filter(({ direction }) => direction === 'up');
  const used = new Set<Side>();
  const migrations = ups.map((side): Migration & { version: string } => {
    const down = byKey.get(side.key) ?? byNumber.get(side.number);
    if (down !== undefined) used.add(down);
    const { path, text } = side.file;
    return {
      path,
      sql: text,
      parts: whole(text, transactionOf(text)),
      down: down === undefined ? undefined : toDown(down),
      version: side.version,
    };
  });
  return {
    migrations: migrations.sort(byVersion),
    lone: downs.filter((side) => !used.has(side)).map(toDown),
  };
}

/** `12_name.up.sql` and `12_name.down.sql`. */
export function readUpDownName(name: string): NamedFile | undefined {
  const [, version, stem, direction] = /^(\d+)_(.*)\.(up|down)\.sql$/.exec(name) ?? [];
  if (version === undefined || direction === undefined) return undefined;
  const number = String(BigInt(version));
  return { version: number, key: `${number}_${stem}`, direction: direction === 'up' ? 'up' : 'down' };
}
