import type { SourceFile } from '../input.ts';
import { nameOf } from './files.ts';

/** Versioned, undo and baseline scripts, by their first letter. */
export const versioned = /^([VUB])(\d+(?:[._]\d+)*)__.*\.(?:sql|SQL)$/;

/** Numbers between dots or underscores; zeros at the end mean nothing: Flyway, MigrationVersion. */
function versionOf(text: string): readonly bigint[] {
  const numbers = text.split(/[._]/).map(BigInt);
  while (numbers.length > 1 && numbers.at(-1) === 0n) numbers.pop();
  return numbers;
}

/** As numbers, part by part; what is missing is 0. */
export function compareVersions(one: readonly bigint[], other: readonly bigint[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const [a, b] = [one[at] ?? 0n, other[at] ?? 0n];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

/** A file with what its name says. */
export interface NamedVersion {
  readonly file: SourceFile;
  readonly kind: string;
  readonly numbers: readonly bigint[];
}

/** The files that have a version in their names. */
export function readVersioned(files: readonly SourceFile[]): NamedVersion[] {
  return files.flatMap((file): NamedVersion[] => {
    const [, kind, version] = versioned.exec(nameOf(file.path)) ?? [];
    return kind === undefined || version === undefined ? [] : [{ file, kind, numbers: versionOf(version) }];
  });
}
