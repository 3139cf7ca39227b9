import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./vectors/forms/', import.meta.url);

/** Majors on which something is there. */
interface Majors {
  readonly from: number;
  readonly until: number;
}

/** One statement that is tried on a fixture; the statements before the last on its line prepare it. */
export interface Form extends Majors {
  readonly line: number;
  readonly sql: string;
  /** Set where the server and the analysis may differ, with the reason. */
  readonly unlike: string | undefined;
  /** Majors that refuse it; none of the others does. */
  readonly refusedBy: Majors | undefined;
}

/** A fixture and the statements that are tried on it, each alone. */
export interface FormGroup extends Majors {
  readonly path: string;
  readonly setup: string;
  readonly forms: readonly Form[];
}

function majorsIn(note: string): Majors {
  const number = (word: string): number | undefined => {
    const found = new RegExp(`\\b${word} (\\d+)`).exec(note)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  return { from: number('from') ?? 12, until: number('until') ?? 18 };
}

/** What stands behind the last ` -- `: majors, `refused` with its majors, and reasons behind a colon. */
function readForm(text: string, line: number): Form {
  const at = text.lastIndexOf(' -- ');
  const note = at === -1 ? '' : text.slice(at + 4);
  const sql = (at === -1 ? text : text.slice(0, at)).trim().replace(/;$/, '');
  const unlike = /\bunlike: (.*)$/.exec(note)?.[1];
  const [stands = '', refused] = note.replace(/:.*$/, '').split('refused');
  const refusedBy = refused === undefined ? undefined : majorsIn(refused);
  return { line, sql, unlike, refusedBy, ...majorsIn(stands) };
}

/** `-- setup` begins a fixture, `-- forms` the statements, one a line; both end at the next of these. */
function readGroups(path: string): FormGroup[] {
  const groups: (FormGroup & { forms: Form[] })[] = [];
  let setup: { text: string; majors: Majors } | undefined;
  let forms: Form[] | undefined;
  readFileSync(new URL(path, folder), 'utf8')
    .split('\n')
    .forEach((text, index) => {
      if (text.startsWith('-- setup')) {
        setup = { text: '', majors: majorsIn(text) };
        forms = undefined;
      } else if (text.startsWith('-- forms') && setup !== undefined) {
        forms = [];
        groups.push({ path, setup: setup.text, forms, ...setup.majors });
      } else if (forms === undefined) {
        if (setup !== undefined) setup.text += `${text}\n`;
      } else if (text.trim() !== '' && !text.startsWith('--')) forms.push(readForm(text, index + 1));
    });
  return groups;
}

/** All groups of vectors/forms, file by file. */
export const formGroups: readonly FormGroup[] = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .flatMap(readGroups);

export function standsOn({ from, until }: Majors, major: number): boolean {
  return from <= major && major <= until;
}
