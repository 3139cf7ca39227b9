import { matchesGlob, relative, resolve, sep } from 'node:path';
import type { Severity } from './hazard.ts';

/** What a rule's findings count as: `off`, or a severity in place of the rule's own. */
export type RuleSetting = 'off' | Severity;
export type RuleSettings = Readonly<Partial<Record<string, RuleSetting>>>;

/** Settings for the files that a glob matches; of several the last counts. */
export interface PathSettings {
  readonly match: string;
  readonly rules?: RuleSettings | undefined;
  /** The files are still replayed, so that what they make is known, but nothing in them is judged. */
  readonly ignore?: boolean | undefined;
}

/** A finding that was there before: the file, the rule, and the fingerprint of rule and statement. */
export interface BaselineFinding {
  readonly path: string;
  readonly rule: string;
  readonly fingerprint: string;
  /** The statement's beginning, for readers. */
  readonly statement?: string | undefined;
}

/** How the project wants its migrations judged: the part `lint` of safety-gate.yml, as plain data. */
export interface LintSettings {
  readonly rules?: RuleSettings | undefined;
  /** Let rules speak that only advise. */
  readonly info?: boolean | undefined;
  readonly paths?: readonly PathSettings[] | undefined;
  /** Globs of files that are not read at all. */
  readonly exclude?: readonly string[] | undefined;
  /** Tables, `name` in any schema or `schema.name`, whose locks trouble nobody: the migration tool's own, for instance. */
  readonly ignoreTables?: readonly string[] | undefined;
  /** The time zone of the runner's sessions; UTC where nothing is said. */
  readonly timeZone?: string | undefined;
  /** The search_path of the runner's sessions; `public` where nothing is said. */
  readonly searchPath?: readonly string[] | undefined;
  /** The lock_timeout that the runner sets for its sessions; 0 is "none, said so". */
  readonly lockTimeoutMs?: number | undefined;
  readonly baseline?: readonly BaselineFinding[] | undefined;
  /** Absolute folders: where globs and the baseline's paths start, and where the paths of the files do. Absent: both the same. */
  readonly place?: { readonly settings: string; readonly working: string } | undefined;
}

/** The path as globs and the baseline see it: from the settings' folder on, with slashes. */
export function settingsPath(path: string, place: LintSettings['place']): string {
  const local = place === undefined ? path : relative(place.settings, resolve(place.working, path));
  const slashed = sep === '/' ? local : local.replaceAll(sep, '/');
  return slashed.replace(/^(\.\/+)+/, '');
}

/** True when the glob matches the path or a folder above it. One without a slash matches at any depth, as in .gitignore. */
export function matchesPath(path: string, glob: string): boolean {
  const bare = glob.replace(/^\.\//, '').replace(/\/+$/, '');
  const deep = bare.includes('/') ? bare : `**/${bare}`;
  return path === bare || path.startsWith(`${bare}/`) || matchesGlob(path, deep) || matchesGlob(path, `${deep}/**`);
}

export function isExcluded(path: string, settings: LintSettings): boolean {
  const { exclude = [], place } = settings;
  if (exclude.length === 0) return false;
  const local = settingsPath(path, place);
  return exclude.some((glob) => matchesPath(local, glob));
}

/** What the settings say about one file. */
export interface FileSettings {
  readonly ignored: boolean;
  readonly info: boolean;
  /** Undefined: nothing is said, the rule's own severity and default count. */
  readonly rule: (id: string) => RuleSetting | undefined;
}

export function settingsOfFile(path: string, settings: LintSettings): FileSettings {
  const { paths = [], rules = {}, info = false, place } = settings;
  const local = paths.length === 0 ? path : settingsPath(path, place);
  const own = paths.filter(({ match }) => matchesPath(local, match));
  const merged = new Map([rules, ...own.map((each) => each.rules ?? {})].flatMap((each) => Object.entries(each)));
  return {
    ignored: own.findLast(({ ignore }) => ignore !== undefined)?.ignore ?? false,
    info,
    rule: (id) => merged.get(id),
  };
}

/** The same for many files: where no path has settings of its own, they all share one answer. */
export function settingsOfFiles(settings: LintSettings): (path: string) => FileSettings {
  if ((settings.paths ?? []).length > 0) return (path) => settingsOfFile(path, settings);
  const shared = settingsOfFile('', settings);
  return () => shared;
}
