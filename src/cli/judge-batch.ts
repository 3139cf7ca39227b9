import { isUtf8 } from 'node:buffer';
import { type ComparisonVerdict, judgeComparison } from '../canary/judge-comparison.ts';
import { type GivenId, readComparison } from '../canary/read-comparison.ts';
import type { InputProblem } from '../input/problems.ts';

export const judgeFormats = ['json', 'text'] as const;
export type JudgeFormat = (typeof judgeFormats)[number];

export interface BatchRequest {
  /** The number of the batch's first line in its input, from 1. */
  readonly firstLine: number;
  /** Whole lines. */
  readonly bytes: Uint8Array;
  readonly format: JudgeFormat;
}

/** Why a line was not judged. */
export interface RefusedLine {
  readonly line: number;
  readonly id: GivenId | null;
  readonly problems: readonly InputProblem[];
}

export interface BatchAnswer {
  /** What belongs on standard output, in the order of the lines. */
  readonly output: string;
  readonly refused: readonly RefusedLine[];
  /** The judged lines. */
  readonly judged: readonly { readonly line: number; readonly id: GivenId; readonly verdict: string }[];
}

const newline = 0x0a;
const byteOrderMark = '\uFEFF';

/** Judges a batch of lines. Pure; plain data goes in and comes out, so that it can run in a worker thread. */
export function judgeBatch({ firstLine, bytes, format }: BatchRequest): BatchAnswer {
  const output: string[] = [];
  const refused: RefusedLine[] = [];
  const judged: BatchAnswer['judged'][number][] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let line = firstLine, from = 0; from < buffer.length; line += 1) {
    const newlineAt = buffer.indexOf(newline, from);
    const to = newlineAt === -1 ? buffer.length : newlineAt;
    const answer = judgeLine(buffer.subarray(from, to), line);
    from = to + 1;
    if (answer === null) continue;
    if (answer.status === 'refused') {
      refused.push({ line, id: answer.id, problems: answer.problems });
      continue;
    }
    judged.push({ line, id: answer.id, verdict: answer.verdict.verdict });
    output.push(format === 'json' ? jsonLine(answer.id, answer.verdict) : textLines(answer.id, answer.verdict));
  }
  return { output: output.join(''), refused, judged };
}

type LineAnswer =
  | { readonly status: 'judged'; readonly id: GivenId; readonly verdict: ComparisonVerdict }
  | { readonly status: 'refused'; readonly id: GivenId | null; readonly problems: readonly InputProblem[] };

/** @returns null for a blank line */
function judgeLine(bytes: Buffer, line: number): LineAnswer | null {
  if (!isUtf8(bytes)) {
    return refuse('not UTF-8; convert the file, for instance with iconv -f UTF-16 -t UTF-8');
  }
  const decoded = bytes.toString('utf8');
  const text = line === 1 && decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
  if (text.trim() === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return refuse(notJson(cause.message, text));
  }
  const read = readComparison(value);
  if (read.status === 'refused') return read;
  try {
    return { status: 'judged', id: read.id, verdict: judgeComparison(read.comparison) };
  } catch (cause) {
    throw new Error(`line ${line}, id ${JSON.stringify(read.id)}: the judge failed: ${String(cause)}`, { cause });
  }
}

function refuse(message: string): LineAnswer {
  return { status: 'refused', id: null, problems: [{ path: '', message }] };
}

function notJson(message: string, text: string): string {
  const wayOut = /[[:,\s]-?(NaN|Infinity)\b/.test(text)
    ? 'JSON has no NaN and no Infinity; write null'
    : 'write one JSON object a line';
  const plain = message.replace(/\p{Cc}/gu, ' ').slice(0, 200);
  return `not JSON (${plain}); ${wayOut}`;
}

function jsonLine(id: GivenId, { verdict, decidedAt, metric, evidence, reasons }: ComparisonVerdict): string {
  return `${JSON.stringify({ id, verdict, decidedAt, metric, evidence, reasons })}\n`;
}

function textLines(id: GivenId, { verdict, decidedAt, metric, reasons }: ComparisonVerdict): string {
  const when = decidedAt === null ? '' : ` at period ${decidedAt}`;
  const which = metric === null ? '' : ` by ${metric}`;
  const why = reasons.map(({ code, text }) => `  ${code}: ${text}\n`);
  return `${String(id)}: ${verdict}${when}${which}\n${why.join('')}`;
}
