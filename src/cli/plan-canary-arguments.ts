import { parseFlags, UsageError } from './command.ts';

const planOptions = {
  'requests-per-minute': { type: 'string' },
  'error-ratio': { type: 'string' },
  share: { type: 'string' },
  minutes: { type: 'string' },
  alpha: { type: 'string' },
  metrics: { type: 'string' },
  increase: { type: 'string', default: '2' },
  history: { type: 'string' },
  service: { type: 'string' },
  config: { type: 'string' },
  runs: { type: 'string', default: '200' },
  format: { type: 'string', default: 'text' },
} as const;

/** The command line of `safety-gate plan-canary`; what may come from the service's policy is undefined where it is not given. */
export interface PlanArguments {
  readonly requestsPerMinute: number | undefined;
  readonly errorRatio: number | undefined;
  readonly share: number;
  readonly minutes: number | undefined;
  readonly alpha: number | undefined;
  readonly metrics: number | undefined;
  readonly increase: number;
  readonly history: string | undefined;
  readonly service: string | undefined;
  readonly config: string | undefined;
  readonly runs: number;
  readonly json: boolean;
}

/** @throws UsageError that names the flag, what it had, and what fits */
export function readPlanArguments(args: readonly string[]): PlanArguments {
  const { values, positionals } = parseFlags(args, planOptions);
  if (positionals.length > 0) throw new UsageError(`"${positionals[0]}": no argument is taken, flags only`);
  if (values.format !== 'text' && values.format !== 'json') {
    throw new UsageError(`--format "${values.format}": write one of text, json`);
  }
  const share = part('share', values.share, 0.99);
  if (share === undefined)
    throw new UsageError("--share is missing: write the canary's part of the requests, such as 5%");
  const requestsPerMinute = number('requests-per-minute', values['requests-per-minute'], 0.001, 1e9);
  const errorRatio = part('error-ratio', values['error-ratio'], 0.5);
  checkTraffic(requestsPerMinute, errorRatio, values);
  return {
    requestsPerMinute,
    errorRatio,
    share,
    minutes: whole('minutes', values.minutes, 1, 1440),
    alpha: part('alpha', values.alpha, 0.4999),
    metrics: whole('metrics', values.metrics, 1, 200),
    increase: number('increase', values.increase, 1.01, 1000) ?? 2,
    history: values.history,
    service: values.service,
    config: values.config,
    runs: whole('runs', values.runs, 20, 10_000) ?? 200,
    json: values.format === 'json',
  };
}

function checkTraffic(
  requests: number | undefined,
  ratio: number | undefined,
  { history, service }: { readonly history?: string | undefined; readonly service?: string | undefined },
): void {
  const rates = requests !== undefined || ratio !== undefined;
  if (history !== undefined && rates) {
    throw new UsageError('--history has the traffic: leave --requests-per-minute and --error-ratio out, or --history');
  }
  const halfGiven = rates && (requests === undefined || ratio === undefined);
  if (halfGiven || (history === undefined && service === undefined && !rates)) {
    throw new UsageError(
      'the traffic is missing: write --requests-per-minute N and --error-ratio R, or --history FILE, or --service NAME',
    );
  }
}

function number(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+(\.\d+)?(e\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} "${text}": write a number from ${least} to ${most}`);
}

function whole(name: string, text: string | undefined, least: number, most: number): number | undefined {
  const value = number(name, text, least, most);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new UsageError(`--${name} "${text}": write a whole number from ${least} to ${most}`);
}

/** A part of one, written as such or in percent. */
function part(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (value > 0 && value <= most) return value;
  throw new UsageError(`--${name} "${text}": write a part above 0 and up to ${most}, such as 0.05 or 5%`);
}
