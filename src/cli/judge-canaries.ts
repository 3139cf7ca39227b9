import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { problemLine } from '../input/problems.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, parseFlags, UsageError } from './command.ts';
import { inOrder } from './in-order.ts';
import { type BatchAnswer, type JudgeFormat, judgeFormats, type RefusedLine } from './judge-batch.ts';
import { createJudgePool, type JudgePool } from './judge-pool.ts';
import { createTally, type Tally } from './judge-tally.ts';
import { type LineBatch, lineBatches } from './line-batches.ts';
import { fileProblem } from './read-text.ts';

const megabyte = 1024 * 1024;
const longestLine = 64 * megabyte;

export const judgeCommand: Command = {
  usage: `Usage: safety-gate judge [--format json|text] FILE.jsonl
       safety-gate judge [--format json|text] -

Judges recorded canaries: each line of the file (or of standard input) is one comparison of canary and baseline, as
docs/canary-offline.md describes it. Each verdict is a line on standard output, in the order of the input:

  {"id": …, "verdict": "promote|rollback|inconclusive|continue", "decidedAt": …, "metric": …, "evidence": …, "reasons": […]}

"decidedAt" is the index of the period that decided, from 0, or null. A line that cannot be read is named on standard error
with what is wrong and what would be right; the other lines are judged. Blank lines are skipped. A line has ${longestLine / megabyte} MB at most.

Options:
  --format json   verdicts as JSON lines (the default); said outright, problems are JSON lines, too:
                  {"line": …, "id": …, "problems": [{"path": …, "message": …}]}
  --format text   verdicts with their reasons, for people

Exit: 2 a line could not be read, or there was none; else 1 at least one verdict is rollback; else 0.
`,
  async run(args, io) {
    const { values, positionals } = parseFlags(args, { format: { type: 'string' } });
    const format = judgeFormats.find((name) => name === (values.format ?? 'json'));
    if (format === undefined)
      throw new UsageError(`--format "${values.format}": write one of ${judgeFormats.join(', ')}`);
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      const given = path === undefined ? 'no input' : `${positionals.length} inputs`;
      throw new UsageError(`${given}; name one file, or - for standard input`);
    }
    const tally = createTally();
    const pool = createJudgePool();
    const report = createReporter(io, values.format === 'json');
    try {
      const batches = lineBatches(openInput(path, io), longestLine);
      for await (const answer of inOrder(batches, (batch) => judge(batch, pool, format), pool.width)) {
        await write(io.stdout, answer.output);
        for (const line of answer.refused) report.refused(line);
        for (const repeated of tally.add(answer)) report.warning(repeated);
      }
    } catch (cause) {
      throw readable(path, cause);
    } finally {
      await pool.close();
    }
    return conclude(tally, path, io, format);
  },
};

function conclude(tally: Tally, path: string, io: CommandIo, format: JudgeFormat): ExitCode {
  const { lines, refused, rollbacks, summary } = tally.total();
  if (lines === 0) {
    io.stderr.write(
      `safety-gate judge: ${path === '-' ? 'standard input' : path} has no comparison; write one a line\n`,
    );
    return exitCodes.failed;
  }
  if (format === 'text') io.stderr.write(`${summary}\n`);
  if (refused > 0) return exitCodes.failed;
  return rollbacks > 0 ? exitCodes.no : exitCodes.fine;
}

function openInput(path: string, io: CommandIo): AsyncIterable<Uint8Array> {
  if (path !== '-') return createReadStream(resolve(io.cwd, path), { highWaterMark: megabyte });
  return io.stdin as AsyncIterable<Buffer>; // without an encoding set, a stream gives bytes
}

async function judge(batch: LineBatch, pool: JudgePool, format: JudgeFormat): Promise<BatchAnswer> {
  return batch.status === 'lines' ? pool.judge({ ...batch, format }) : tooLong(batch.firstLine);
}

function tooLong(line: number): BatchAnswer {
  const message = `longer than ${longestLine / megabyte} MB; write fewer or longer periods, or fewer metrics a line`;
  return { output: '', refused: [{ line, id: null, problems: [{ path: '', message }] }], judged: [] };
}

/** A reader who is slower than the judge sets the pace. */
async function write(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stdout.write(text)) await once(stdout, 'drain');
}

function createReporter({ stderr }: CommandIo, asJson: boolean) {
  return {
    refused(refused: RefusedLine) {
      if (asJson) stderr.write(`${JSON.stringify(refused)}\n`);
      else for (const problem of refused.problems) stderr.write(`line ${refused.line}: ${problemLine(problem)}\n`);
    },
    warning({ line, message }: { line: number; message: string }) {
      stderr.write(asJson ? `${JSON.stringify({ line, warning: message })}\n` : `line ${line}: ${message}\n`);
    },
  };
}

/** What the file system says, in words; the judge's own errors as they are. */
function readable(path: string, cause: unknown): unknown {
  const said = fileProblem(cause);
  return said === undefined ? cause : new Error(`${path}: ${said}`, { cause });
}
