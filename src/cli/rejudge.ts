import type { Rejudgement } from '../canary/rejudge.ts';
import { performRejudge, type RejudgeOperation } from '../canary/rejudge-operation.ts';
import { readEnvironment } from '../config/environment.ts';
import { isAlive, readHolder } from '../database/data-directory-lock.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, parseFlags, UsageError } from './command.ts';
import { askService } from './control.ts';
import { openStore } from './open-store.ts';

export const rejudgeCommand: Command = {
  usage: `Usage: safety-gate rejudge ID [--every-look] [--format text|json]

Judges the stored observations of a canary watch again, by the policy stored with it, and says whether the answer is
the same. ID is the watch's (watch_…) or its deployment's. With --every-look each look is judged with what had been seen
by then, else the newest one. Works while the service runs and while it does not.
Exit code: 0 the same answer, 1 another one, 2 it could not be judged.
`,
  async run(args, io) {
    const { values, positionals } = parseFlags(args, {
      'every-look': { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new UsageError('name one watch, or its deployment');
    if (values.format !== 'text' && values.format !== 'json') {
      throw new UsageError(`--format ${values.format}: one of text, json`);
    }
    const result = await perform({ operation: 'rejudge', id, everyLook: values['every-look'] }, io);
    return print(result, values.format === 'json', io);
  },
};

async function perform(wanted: RejudgeOperation, { env, cwd }: CommandIo): Promise<Rejudgement> {
  const environment = readEnvironment(env, cwd);
  const holder = environment.databaseUrl === undefined ? await readHolder(environment.dataDirectory) : undefined;
  if (holder !== undefined && (await isAlive(holder))) return askService<Rejudgement>(holder.control, wanted);
  const store = await openStore(environment);
  try {
    return await performRejudge(store.db, wanted);
  } finally {
    await store.close();
  }
}

function print(result: Rejudgement, json: boolean, { stdout, stderr }: CommandIo): ExitCode {
  if (json) stdout.write(`${JSON.stringify(result)}\n`);
  if (result.outcome === 'impossible') {
    stderr.write(`safety-gate rejudge: ${result.why}\n`);
    return exitCodes.failed;
  }
  if (!json) stdout.write(textOf(result));
  return result.outcome === 'same' ? exitCodes.fine : exitCodes.no;
}

function textOf({ id, outcome, looks }: Exclude<Rejudgement, { outcome: 'impossible' }>): string {
  const lines = looks.map(({ look, fetchedAt, stored, again, same, identical }) => {
    const how = identical ? 'the same, to the last digit' : same ? 'the same, with other numbers' : 'DIFFERENT';
    const then = same ? '' : `; then ${stored.decision} (${stored.reasons.join(', ')})`;
    return `  look ${look} of ${fetchedAt}: ${again.decision} (${again.reasons.join(', ')}): ${how}${then}\n`;
  });
  return `${id}: ${outcome === 'same' ? 'the same answer' : 'another answer'}\n${lines.join('')}`;
}
