import { text as readAll } from 'node:stream/consumers';
import { importArgo } from '../canary/import/argo.ts';
import { blockText } from '../canary/import/block-text.ts';
import { importFlagger } from '../canary/import/flagger.ts';
import type { Finding, ImportedPolicy } from '../canary/import/imported.ts';
import { importKayenta } from '../canary/import/kayenta.ts';
import { type MeasuredImport, measureImport } from '../canary/import/measure-import.ts';
import { furtherSentences, leftOutSentence, rateSentence } from '../canary/import/rate-text.ts';
import { UnreadablePolicy } from '../canary/import/source-text.ts';
import { canaryPolicy } from '../canary/policy.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import type { ServiceConfig } from '../config/schema.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';
import { type ImportArguments, readImportArguments } from './import-arguments.ts';
import { type FoundTraffic, findTraffic } from './import-traffic.ts';
import { readText } from './read-text.ts';

export const importCommand: Command = {
  usage: `Usage: safety-gate import kayenta|flagger|argo FILE [options]

Reads a canary config of Kayenta, a Canary of Flagger (with its MetricTemplates) or AnalysisTemplates of Argo Rollouts, in
YAML or JSON (- is standard input), and prints the canary block for safety-gate.yml that judges the same way.
Says on standard error how many healthy releases the policy rolls back at the given traffic, by playing them, and what
cannot be expressed, with its line and the way out.

Options:
  --partial                  write what can be expressed, where something cannot
  --requests-per-minute N    of both versions together; default: the service's, else an assumed 700
  --canary-share S           the canary's part of them; default: 5%
  --error-ratio R            failing requests out of all while all is well; default: the service's, else an assumed 0.5%
  --latency DURATION         the median response time, such as 200ms; without it, limits on response times are not played
  --runs N                   canaries that are played; default: 2000
  --service NAME             play this service's traffic of its last day in CloudWatch, compare with its alpha in safety-gate.yml,
                             and choose this one of several Canaries
  --format text|json         default: text

Exit: 0 the block was written; 2 something cannot be expressed (and no --partial), nothing is left, or it cannot be read.
`,
  async run(args, io) {
    const given = readImportArguments(args);
    const text = given.file === '-' ? await readAll(io.stdin) : await readText(given.file, io.cwd);
    const service = await serviceNamed(given.service, io);
    let imported: ImportedPolicy;
    try {
      imported = importFrom(given, text);
    } catch (cause) {
      if (!(cause instanceof UnreadablePolicy)) throw cause;
      return refuse(given, cause.problems, io);
    }
    return tell(given, imported, { service, played: await findTraffic(given.traffic, service) }, io);
  },
};

function importFrom({ source, service }: ImportArguments, text: string): ImportedPolicy {
  switch (source) {
    case 'kayenta':
      return importKayenta(text);
    case 'flagger':
      return importFlagger(text, service);
    case 'argo':
      return importArgo(text);
  }
}

/** The service of safety-gate.yml; a name is fine without such a file, and not with one that does not know it. */
async function serviceNamed(name: string | undefined, io: CommandIo): Promise<ServiceConfig | undefined> {
  if (name === undefined) return undefined;
  const { configPath } = readEnvironment(io.env, io.cwd);
  const config = await loadConfig(configPath);
  if (config === undefined) return undefined;
  const found = config.services.find((service) => service.name === name);
  if (found !== undefined) return found;
  const names = config.services.map((service) => service.name).join(', ') || 'none';
  throw new UsageError(`--service ${name}: ${configPath} has no such service; there are: ${names}`);
}

function refuse({ file, json }: ImportArguments, problems: readonly Finding[], io: CommandIo): ExitCode {
  if (json) io.stdout.write(`${JSON.stringify({ ok: false, canary: null, problems, lost: [], notes: [] })}\n`);
  for (const problem of problems) io.stderr.write(`${placed(file, problem)}\n`);
  return exitCodes.failed;
}

function tell(
  given: ImportArguments,
  imported: ImportedPolicy,
  { service, played }: { readonly service: ServiceConfig | undefined; readonly played: FoundTraffic },
  io: CommandIo,
): ExitCode {
  const { lost, notes } = imported;
  const canary = lost.length > 0 && !given.partial ? null : imported.canary;
  const measured = canary === null ? null : measureImport(canary, imported, played.traffic, given.runs);
  for (const note of notes) io.stderr.write(`${placed(given.file, note, 'note: ')}\n`);
  for (const part of lost) io.stderr.write(`${placed(given.file, part)}\n`);
  const { alpha } = service?.canary ?? canaryPolicy.parse({});
  for (const sentence of sentences(measured, played, alpha)) io.stderr.write(`${sentence}\n`);
  if (given.json) {
    const { rate = null, doubled = null, fromFirstPoint = null } = measured ?? {};
    io.stdout.write(
      `${JSON.stringify({ ok: canary !== null, canary, problems: [], lost, notes, traffic: { source: played.source, ...played.traffic }, rate, doubled, fromFirstPoint })}\n`,
    );
  } else if (canary !== null) io.stdout.write(blockText({ ...imported, canary }, given.service));
  if (canary !== null) return exitCodes.fine;
  const why = imported.canary === null ? 'nothing is left to judge by' : '--partial writes the rest';
  io.stderr.write(
    `${given.file}: ${lost.length} ${lost.length === 1 ? 'part' : 'parts'} cannot be expressed; ${why}\n`,
  );
  return exitCodes.failed;
}

function sentences(measured: MeasuredImport | null, played: FoundTraffic, alpha: number): readonly string[] {
  if (measured === null) return [];
  const { rate } = measured;
  const leftOut = leftOutSentence(measured.leftOut);
  if (rate === null) return leftOut === null ? [] : [`Nothing of it can be played. ${leftOut}`];
  return [
    rateSentence(rate, { ...played.traffic, assumed: played.source === 'assumed' }, alpha),
    ...furtherSentences(measured),
    ...(leftOut === null ? [] : [leftOut]),
    ...(played.remark === null ? [] : [played.remark]),
  ];
}

function placed(file: string, { line, text }: Finding, kind = ''): string {
  return `${file}${line === null ? '' : `:${line}`}: ${kind}${text}`;
}
