import { parseDuration } from '../config/duration.ts';
import { parseFlags, UsageError } from './command.ts';

const importSources = ['kayenta', 'flagger', 'argo'] as const;
export type ImportSource = (typeof importSources)[number];

export interface ImportArguments {
  readonly source: ImportSource;
  /** `-`: standard input. */
  readonly file: string;
  readonly service: string | undefined;
  readonly traffic: GivenTraffic;
  readonly runs: number;
  readonly partial: boolean;
  readonly json: boolean;
}

/** What the command line tells of the traffic; undefined is to be found elsewhere. */
export interface GivenTraffic {
  readonly requestsPerMinute: number | undefined;
  readonly errorRatio: number | undefined;
  /** The canary's part of the requests, in (0, 1). */
  readonly canaryShare: number;
  /** The median response time; null where it is not known. */
  readonly latencySeconds: number | null;
}

/** @throws UsageError that names the flag, its value and what would do */
export function readImportArguments(args: readonly string[]): ImportArguments {
  const { values, positionals } = parseFlags(args, {
    service: { type: 'string' },
    'requests-per-minute': { type: 'string' },
    'canary-share': { type: 'string', default: '5%' },
    'error-ratio': { type: 'string' },
    latency: { type: 'string' },
    runs: { type: 'string', default: '2000' },
    partial: { type: 'boolean', default: false },
    format: { type: 'string', default: 'text' },
  });
  const [source, file, ...more] = positionals;
  const known = importSources.find((one) => one === source);
  if (known === undefined) {
    const found = source === undefined ? "the policy's source is missing" : JSON.stringify(source);
    throw new UsageError(`${found}: write one of ${importSources.join(', ')}`);
  }
  if (file === undefined || more.length > 0)
    throw new UsageError(`import ${known}: name one file, or - for standard input`);
  if (values.format !== 'text' && values.format !== 'json') {
    throw new UsageError(`--format "${values.format}": write one of text, json`);
  }
  const traffic = {
    requestsPerMinute: given(values['requests-per-minute'], (text) =>
      numberOf('requests-per-minute', text, 1, 10_000_000),
    ),
    errorRatio: given(values['error-ratio'], (text) => partOf('error-ratio', text)),
    canaryShare: partOf('canary-share', values['canary-share']),
    latencySeconds: values.latency === undefined ? null : secondsOf(values.latency),
  };
  const runs = Math.round(numberOf('runs', values.runs, 10, 1_000_000));
  const { service, partial } = values;
  return { source: known, file, service, traffic, runs, partial, json: values.format === 'json' };
}

function given<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function numberOf(flag: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`--${flag} ${text}: write a number from ${least} to ${most}`);
  return value;
}

/** `0.05` or `5%`. */
function partOf(flag: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value > 0 && value < 1)) throw new UsageError(`--${flag} ${text}: write a part of all requests, 0.05 or 5%`);
  return value;
}

function secondsOf(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds <= 0)
    throw new UsageError(`--latency ${text}: write the median response time, as in 200ms`);
  return seconds;
}
