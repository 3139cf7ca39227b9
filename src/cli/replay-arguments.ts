import { parseDuration } from '../config/duration.ts';
import { parseFlags, UsageError } from './command.ts';

export const replayUsage = `Usage: safety-gate replay --service NAME [options]

Says how often this service's policy would have rolled back. It judges again the watches that the gate's store has of the time, with the
policy that the service has now; and it judges every past hour as if a canary had run, from what CloudWatch still has: errors, and slow
requests with --slow. Where the load balancer counts by zone, each zone in turn plays the canary against the others; else, and with
--share, requests are dealt to a canary by chance, which leaves out the noise that a side has of its own.

Options:
  --service NAME            a service of safety-gate.yml
  --from TIME               2026-11-01T00:00:00Z, or how long ago: 7d; default: 7d. CloudWatch keeps minutes 15 days, 5 minutes 63 days
  --to TIME                 default: now
  --every DURATION          from one canary's begin to the next's; default: 60m
  --share S                 deal requests to the canary with this chance, such as 10%; default, without zones: 10%
  --slow DURATION           also judge requests that take longer, such as 500ms
  --seed TEXT               deals otherwise; default: the service's name
  --target-group SUFFIX     targetgroup/NAME/ID, several times; default: those of the watches, else all behind the load balancer
  --load-balancer SUFFIX    app/NAME/ID; default: the service's
  --config FILE             default: what SAFETY_GATE_CONFIG names, else ./safety-gate.yml
  --format text|json        default: text

Exit: 0 no more are rolled back than alpha allows, 1 more are, beyond chance; 2 it could not be said.
`;

const options = {
  service: { type: 'string' },
  from: { type: 'string', default: '7d' },
  to: { type: 'string' },
  every: { type: 'string', default: '60m' },
  share: { type: 'string' },
  slow: { type: 'string' },
  seed: { type: 'string' },
  'target-group': { type: 'string', multiple: true },
  'load-balancer': { type: 'string' },
  config: { type: 'string' },
  format: { type: 'string', default: 'text' },
} as const;

export interface ReplayArguments {
  readonly service: string;
  readonly from: Date;
  readonly to: Date;
  readonly everySeconds: number;
  /** Null: by zones where there are some. */
  readonly share: number | null;
  readonly slowSeconds: number | null;
  readonly seed: string;
  readonly targetGroups: readonly string[];
  readonly loadBalancer: string | undefined;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError that names the flag, what it had, and what fits */
export function readReplayArguments(args: readonly string[], now: Date): ReplayArguments {
  const { values, positionals } = parseFlags(args, options);
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}": no argument is taken, flags only`);
  if (values.service === undefined) throw new UsageError('--service is missing: name a service of safety-gate.yml');
  if (values.format !== 'text' && values.format !== 'json') {
    throw new UsageError(`--format "${values.format}": write one of text, json`);
  }
  const from = time('from', values.from, now);
  const to = values.to === undefined ? now : time('to', values.to, now);
  if (from >= to) throw new UsageError(`--from ${from.toISOString()} is not before --to ${to.toISOString()}`);
  if (to > now) throw new UsageError(`--to ${to.toISOString()} is in the future; leave it out for now`);
  return {
    service: values.service,
    from,
    to,
    everySeconds: seconds('every', values.every, 60, 7 * 86_400),
    share: values.share === undefined ? null : part(values.share),
    slowSeconds: values.slow === undefined ? null : seconds('slow', values.slow, 0.001, 3600),
    seed: values.seed ?? values.service,
    targetGroups: suffixes('target-group', values['target-group'] ?? [], /^targetgroup\/[^/]+\/[0-9a-f]+$/),
    loadBalancer: suffixes('load-balancer', [values['load-balancer'] ?? []].flat(), /^app\/[^/]+\/[0-9a-f]+$/)[0],
    config: values.config,
    json: values.format === 'json',
  };
}

/** A time of RFC 3339, or how long ago. */
function time(name: string, text: string, now: Date): Date {
  const ago = parseDuration(text);
  if (ago !== undefined) return new Date(now.getTime() - ago * 1000);
  const parsed = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(parsed)) return new Date(parsed);
  throw new UsageError(`--${name} "${text}": write 2026-11-01T00:00:00Z, or how long ago, such as 7d`);
}

function seconds(name: string, text: string, least: number, most: number): number {
  const value = parseDuration(text);
  if (value !== undefined && value >= least && value <= most) return value;
  throw new UsageError(`--${name} "${text}": write a duration from ${least} s to ${most} s, such as 500ms, 60s or 10m`);
}

function part(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (value > 0 && value <= 0.99) return value;
  throw new UsageError(`--share "${text}": write a part above 0 and up to 0.99, such as 0.1 or 10%`);
}

function suffixes(name: string, texts: readonly string[], form: RegExp): readonly string[] {
  const wrong = texts.find((text) => !form.test(text));
  if (wrong === undefined) return texts;
  const example = name === 'target-group' ? 'targetgroup/NAME/ID' : 'app/NAME/ID';
  throw new UsageError(`--${name} "${wrong}": write the end of its ARN, ${example}`);
}
