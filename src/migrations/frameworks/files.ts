import type { MigrationPart, SourceFile, TransactionMode } from '../input.ts';
import { naturalOrder } from '../natural-order.ts';

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path without its last part; empty for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** 2 before 10. */
export function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return naturalOrder(one.path, other.path);
}

/** Decimal numbers of any length, compared as numbers. */
export function compareNumbers(one: string, other: string): number {
  const [a, b] = [BigInt(one), BigInt(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By the number in front of the name, whatever the folder. */
export function byVersion(
  one: { readonly path: string; readonly version: string },
  other: { readonly path: string; readonly version: string },
): number {
  return compareNumbers(one.version, other.version) || byPath(one, other);
}

/** Finds the file of a name in the folder of a path. */
export function lookBeside(files: readonly SourceFile[]): (path: string, name: string) => SourceFile | undefined {
  const all = new Map(files.map((file) => [file.path, file]));
  return (path, name) => {
    const folder = folderOf(path);
    return all.get(folder === '' ? name : `${folder}/${name}`);
  };
}

/** True when a manifest (`package.json`, `Cargo.toml`, `go.mod`) among the files names the package. */
export function dependsOn(files: readonly SourceFile[], manifest: string, name: RegExp): boolean {
  return files.some((file) => nameOf(file.path) === manifest && name.test(file.text));
}

/** All of a text as one part. */
export function whole(text: string, transaction: TransactionMode): readonly MigrationPart[] {
  return [{ from: 0, to: text.length, transaction }];
}

/** A line and where it stands; `to` is behind its line break. */
export interface Line {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The lines of a text, without their line breaks. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline + 1;
    lines.push({ text: text.slice(from, to).replace(/\r?\n$/, ''), from, to });
    from = to;
  }
  return lines;
}

/** A migration in a programming language, by its name: what a runner may run, and we cannot read. */
export function isCode(path: string): boolean {
  return /\.(go|[cm]?[jt]sx?|py|rb|java|kts?|groovy|exs?|rs|php|cs|scala|clj|xml|ya?ml|json|fizz)$/i.test(path);
}
