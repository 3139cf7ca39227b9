import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { type InputProblem, inputProblems } from '../../input/problems.ts';

/** What cannot be read at all: not YAML or JSON, or not what its name says. Each problem with its line. */
export class UnreadablePolicy extends Error {
  override readonly name = 'UnreadablePolicy';
  readonly problems: readonly { readonly line: number | null; readonly text: string }[];

  constructor(problems: UnreadablePolicy['problems']) {
    super(problems.map(({ line, text }) => (line === null ? text : `line ${line}: ${text}`)).join('\n'));
    this.problems = problems;
  }
}

export type Path = readonly (string | number)[];

/** One document of a file, and where in the text each part of it stands. */
export interface SourceDocument {
  readonly value: unknown;
  /** The line, from 1, of the part at a path; of its nearest parent where there is no such part. */
  lineOf(path: Path): number | null;
}

const largestText = 5 * 1024 * 1024;
const mostDocuments = 1000;

/**
 * Reads YAML or JSON, one document or more.
 * @throws UnreadablePolicy for a text that is neither, too large, or empty
 */
export function readDocuments(text: string): readonly SourceDocument[] {
  if (text.length > largestText) {
    throw new UnreadablePolicy([
      { line: null, text: `larger than ${largestText} characters; a policy is a few pages` },
    ]);
  }
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents = Array.isArray(parsed) ? parsed : [];
  if (documents.length > mostDocuments) {
    throw new UnreadablePolicy([{ line: null, text: `${documents.length} documents; ${mostDocuments} at most` }]);
  }
  const broken = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos }) => ({ line: lines.linePos(pos[0]).line, text: `neither YAML nor JSON: ${message}` })),
  );
  if (broken.length > 0) throw new UnreadablePolicy(broken.slice(0, 10));
  const filled = documents.filter((document) => document.contents !== null);
  if (filled.length === 0) throw new UnreadablePolicy([{ line: null, text: 'holds nothing' }]);
  return filled.map((document) => sourceDocument(document, lines));
}

function sourceDocument(document: Document, lines: LineCounter): SourceDocument {
  return {
    value: plainOf(document),
    lineOf(path) {
      for (let length = path.length; length >= 0; length -= 1) {
        // keepScalar: the node itself, which knows where it stands
        const node: unknown = document.getIn(path.slice(0, length), true);
        const range = (node as { range?: readonly [number, number, number] } | null | undefined)?.range;
        if (range !== undefined && range !== null) return lines.linePos(range[0]).line;
      }
      return null;
    },
  };
}

function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw new UnreadablePolicy([{ line: null, text: `aliases that multiply: ${cause.message}` }]);
  }
}

/**
 * A document as its schema has it.
 * @throws UnreadablePolicy with the line of everything that does not fit
 */
export function readAsSchema<Schema extends z.ZodType>(document: SourceDocument, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(document.value);
  if (result.success) return result.data;
  const problems = inputProblems(result.error, document.value);
  throw new UnreadablePolicy(
    result.error.issues.map((issue, at) => ({
      line: document.lineOf(issue.path.map((step) => (typeof step === 'number' ? step : String(step)))),
      text: problemText(problems[at] ?? { path: '', message: issue.message }),
    })),
  );
}

function problemText({ path, message }: InputProblem): string {
  return path === '' ? message : `${path}: ${message}`;
}
