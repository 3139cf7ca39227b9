import { linesOf, nameOf } from './frameworks/files.ts';
import type { MigrationPart, SourceFile, SqlFile } from './input.ts';
import { combineRollback, unknownRollback, unreadRollback } from './rollback-safety/verdict.ts';
import type { AnalysedFile, FileError } from './statement.ts';

/** Files in the order in which psql comes by them, with pieces of those that include others around what they include. */
export interface Included {
  readonly files: readonly SqlFile[];
  /** Paths that run in the place of an include, and not by themselves. */
  readonly paths: ReadonlySet<string>;
  /** Includes that cannot be followed, by the path of the file that asks for them. */
  readonly errors: ReadonlyMap<string, FileError>;
}

/** psql: documentation, meta-commands `\i`, `\include`, `\ir`, `\include_relative` */
const command = /^[ \t]*\\(i|include|ir|include_relative)[ \t]+('(?:[^']|'')*'|\S+)/;

interface Include {
  readonly name: string;
  readonly relative: boolean;
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

function includesOf(sql: string): readonly Include[] {
  if (!/^[ \t]*\\i/m.test(sql)) return [];
  return linesOf(sql).flatMap(({ text, from, to }, at): Include[] => {
    const match = command.exec(text);
    if (match === null) return [];
    const name = (match[2] ?? '').replace(/^'(.*)'$/, '$1').replaceAll("''", "'");
    return [{ name, relative: (match[1] ?? '').includes('r'), line: at + 1, from, to }];
  });
}

/** `a/../b/./c` as `b/c`. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && (part !== '' || parts.length === 0)) parts.push(part);
  }
  return parts.join('/');
}

/** `\ir` goes from the file's own folder; where psql was started nobody knows, so `\i` takes whatever single file fits. */
function resolveName({ name, relative }: Include, by: string, all: ReadonlyMap<string, SourceFile>) {
  const folder = by.slice(0, by.length - nameOf(by).length);
  const below = all.get(normal(`${folder}${name}`));
  if (below !== undefined || relative) return below;
  const wanted = normal(name);
  const exact = all.get(wanted);
  if (exact !== undefined) return exact;
  const fitting = [...all.values()].filter(({ path }) => path.endsWith(`/${wanted}`));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The parts of a file between two offsets, as psql runs them: statement by statement, in the session of the file around. */
function pieceOf(file: SqlFile, from: number, to: number): SqlFile {
  const whole: readonly MigrationPart[] = [{ from: 0, to: file.sql.length, transaction: 'none' }];
  const parts = (file.parts ?? whole).flatMap((part): MigrationPart[] => {
    const piece = { from: Math.max(part.from, from), to: Math.min(part.to, to) };
    return piece.from < piece.to ? [{ ...part, ...piece, transaction: 'none', goesOn: true }] : [];
  });
  // what takes the file back is asked for behind its last piece, when all of it has run
  const down = to === file.sql.length ? file.down : undefined;
  return { ...file, parts, down, sameSession: true };
}

/** A file that includes another twice, which does the same, and so on, would otherwise fill the memory. */
const mostIncludes = 10_000;
const deepest = 100;

/** Puts files where others include them. */
export function followIncludes(files: readonly SqlFile[], given: readonly SourceFile[]): Included {
  const all = new Map(given.map((file) => [normal(file.path), file]));
  const paths = new Set<string>();
  const errors = new Map<string, FileError>();
  let followed = 0;
  const refuse = (path: string, { line }: Include, message: string): readonly SqlFile[] => {
    if (!errors.has(path)) errors.set(path, { message, line, column: 1 });
    return [];
  };
  const expand = (file: SqlFile, around: readonly string[]): readonly SqlFile[] => {
    const includes = includesOf(file.sql);
    if (includes.length === 0) return [around.length === 0 ? file : pieceOf(file, 0, file.sql.length)];
    let at = 0;
    const pieces = includes.flatMap((include): readonly SqlFile[] => {
      const before = pieceOf(file, at, include.from);
      at = include.to;
      const target = resolveName(include, file.path, all);
      if (target === undefined) {
        const message = `\\i ${include.name}: not among the files given; name it or its folder, too`;
        return [before, ...refuse(file.path, include, message)];
      }
      followed += 1;
      if (followed > mostIncludes || around.length > deepest) {
        const message = `\\i ${include.name}: more than ${mostIncludes} includes, or more than ${deepest} one in the other`;
        return [before, ...refuse(file.path, include, message)];
      }
      const way = [...around, file.path];
      if (way.includes(target.path)) {
        const message = `\\i ${include.name}: the files include each other without end: ${[...way, target.path].join(', ')}`;
        return [before, ...refuse(file.path, include, message)];
      }
      paths.add(target.path);
      return [before, ...expand({ path: target.path, sql: target.text }, way)];
    });
    const run = [...pieces, pieceOf(file, at, file.sql.length)];
    return around.length > 0
      ? run
      : run.map((piece, index) => (index === 0 ? { ...piece, sameSession: false } : piece));
  };
  const expanded = files.map((file) => ({ path: file.path, run: expand(file, []) }));
  const kept = expanded.filter(({ path }) => !paths.has(path) || errors.has(path));
  return { files: kept.flatMap(({ run }) => run), paths, errors };
}

/** The pieces of a file as one file again, at the place of the first, with what its includes were refused for. */
export function joinPieces(
  analysed: readonly AnalysedFile[],
  files: readonly SqlFile[],
  errors: ReadonlyMap<string, FileError>,
): { readonly analysed: readonly AnalysedFile[]; readonly files: readonly SqlFile[] } {
  if (files.every(({ sameSession }) => sameSession === undefined)) return { analysed, files };
  const joined = new Map<string, { file: SqlFile; pieces: AnalysedFile[]; hasDown: boolean }>();
  analysed.forEach((facts, at) => {
    const earlier = joined.get(facts.path);
    const file = files[at] ?? { path: facts.path, sql: '' };
    const hasDown = file.down !== undefined;
    if (earlier === undefined) joined.set(facts.path, { file, pieces: [facts], hasDown });
    else {
      earlier.pieces.push(facts);
      earlier.hasDown = hasDown;
    }
  });
  const all = [...joined].map(([path, { file, pieces, hasDown }]) => {
    const error = pieces.find((piece) => piece.error !== undefined)?.error ?? errors.get(path);
    const statements = pieces.flatMap((piece) => piece.statements).map((each, index) => ({ ...each, index }));
    const unread = error === undefined ? [] : [unreadRollback(path, error)];
    const forward = combineRollback([...pieces.map((piece) => piece.rollback), ...unread]);
    // the way back stands at the last piece, and is judged there for all; without one the pieces say that it lacks
    const { down, downProblems, downLosses } = hasDown ? (pieces.at(-1)?.rollback ?? unknownRollback()) : forward;
    const rollback = { ...forward, down, downProblems, downLosses };
    return { file, facts: { path, ...(error === undefined ? {} : { error }), statements, rollback } };
  });
  return { analysed: all.map(({ facts }) => facts), files: all.map(({ file }) => file) };
}
