import { type CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import DataLoader from 'dataloader';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import type { Clock } from '../../clock.ts';
import type { Reason } from '../../reason.ts';
import type { Asked, Observation, Point } from '../observation.ts';
import type { MetricDataQuery, Question } from './questions.ts';

export interface MetricsWindow {
  readonly phase: Point['phase'];
  /** Start of the first period. */
  readonly from: Date;
  /** Exclusive: start of the first period that is not asked for. */
  readonly to: Date;
  readonly periodSeconds: number;
  /** Where the call ends, if later: points from the future show that a clock is wrong; all other points there are left out. */
  readonly until?: Date;
  /** What is asked about this window; absent: every question. */
  readonly questions?: readonly Question[];
}

export interface CloudWatchMetrics {
  /** Asks the questions in their windows. Never throws for AWS: what could not be had is said in the observation. */
  observe(
    questions: readonly Question[],
    windows: readonly MetricsWindow[],
    weights: Observation['weights'],
  ): Promise<Observation>;
}

interface Source {
  readonly client: CloudWatchClient;
  readonly clock: Clock;
}

interface Ask {
  readonly window: MetricsWindow;
  readonly question: Question;
}

type AskAnswer = { readonly points: readonly Point[]; readonly problem: Reason | null };

const nothing: AskAnswer = { points: [], problem: null };

/** The most queries a GetMetricData call takes, and the most pages that are read of one answer. (API_GetMetricData) */
const queriesPerCall = 500;
const pagesPerCall = 20;

/** Asks of many watches that come within this time share their calls: the API is paid and limited by the call. */
const gatherMilliseconds = 20;

/** CloudWatch as the source of observations: asks and returns, judges nothing. */
export function createCloudWatchMetrics({ client, clock }: Source): CloudWatchMetrics {
  const loader = new DataLoader<Ask, AskAnswer>((asks) => answerAll({ client, clock }, asks), {
    cache: false,
    batchScheduleFn: (dispatch) => void setTimeout(dispatch, gatherMilliseconds),
  });
  return {
    async observe(questions, windows, weights) {
      const asks = windows.flatMap((window) =>
        (window.questions ?? questions).map((question) => ({ window, question })),
      );
      const answers = await Promise.all(asks.map((ask) => loader.load(ask)));
      const problems = answers.flatMap(({ problem }) => problem ?? []);
      const reasons = [...new Map(problems.map((problem) => [problem.text, problem])).values()];
      const points = answers.flatMap((answer) => answer.points);
      const status = problems.length === 0 ? 'complete' : problems.length < answers.length ? 'partial' : 'unavailable';
      const asked = asks.map((ask, index) => askedOf(ask, answers[index] ?? nothing));
      return { fetchedAt: clock.now().toISOString(), status, reasons, weights, points, asked };
    },
  };
}

/** The line of the decision sheet: what was asked, and how much of it came. */
function askedOf({ question, window }: Ask, { points, problem }: AskAnswer): Asked {
  const { metric, side, part } = question;
  const query = question.queries.at(-1);
  const periods = Math.round((window.to.getTime() - window.from.getTime()) / (window.periodSeconds * 1000));
  const numbers = points.filter(({ value }) => value !== null).length;
  return {
    metric,
    side,
    phase: window.phase,
    ...(part === undefined ? {} : { part }),
    statistic: query?.MetricStat?.Stat ?? query?.Expression ?? '',
    periodSeconds: window.periodSeconds,
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    points: numbers,
    missing: periods - numbers,
    status: problem === null ? 'complete' : numbers > 0 ? 'partial' : 'failed',
  };
}

/** Answers in the order of the asks. One call takes the asks of one time span, up to its limit of queries. */
async function answerAll(source: Source, asks: readonly Ask[]): Promise<AskAnswer[]> {
  const answers = new Map<Ask, AskAnswer>();
  await Promise.all(
    callsOf(asks).map(async (call) => {
      for (const [ask, answer] of await answerCall(source, call)) answers.set(ask, answer);
    }),
  );
  return asks.map((ask) => answers.get(ask) ?? nothing);
}

function callsOf(asks: readonly Ask[]): readonly (readonly Ask[])[] {
  const calls: { key: string; size: number; asks: Ask[] }[] = [];
  for (const ask of asks) {
    const { from, to, until = to } = ask.window;
    const key = `${from.getTime()}-${until.getTime()}`;
    const size = ask.question.queries.length;
    const open = calls.find((call) => call.key === key && call.size + size <= queriesPerCall);
    if (open === undefined) calls.push({ key, size, asks: [ask] });
    else {
      open.size += size;
      open.asks.push(ask);
    }
  }
  return calls.map((call) => call.asks);
}

async function answerCall(source: Source, asks: readonly Ask[]): Promise<readonly (readonly [Ask, AskAnswer])[]> {
  const [first] = asks;
  if (first === undefined) return [];
  try {
    const queries = asks.flatMap((ask, index) => ask.question.queries.map((query) => numbered(query, index, ask)));
    const { results, truncated } = await fetchPages(source.client, first.window, queries);
    const now = source.clock.now().getTime();
    return asks.map((ask, index) => {
      const own = results.get(`a${index}_value`) ?? [];
      return [ask, answerOf(ask, own, truncated, now)] as const;
    });
  } catch (cause) {
    if (!(cause instanceof AwsFailure)) throw cause;
    // One query that CloudWatch refuses fails its whole call: halves find it, and the other watches get their answers.
    if (cause.kind === 'refused' && asks.length > 1) {
      const middle = Math.ceil(asks.length / 2);
      const halves = [asks.slice(0, middle), asks.slice(middle)];
      return (await Promise.all(halves.map((half) => answerCall(source, half)))).flat();
    }
    const { metric, side } = first.question;
    const reason = cause.toReason();
    const named = cause.kind === 'refused' ? { ...reason, text: `${metric} of ${side}: ${reason.text}` } : reason;
    return asks.map((ask) => [ask, { points: [], problem: named }] as const);
  }
}

/** Ids are unique within a call only when each ask's have a prefix of their own, in its expressions, too. */
function numbered(query: MetricDataQuery, index: number, { question, window }: Ask): MetricDataQuery {
  const { queries } = question;
  const Period = window.periodSeconds;
  const prefixed = (id: string) => `a${index}_${id}`;
  const ids = queries.map(({ Id }) => Id).filter((id) => id !== undefined);
  const Expression = query.Expression?.replace(/\b[a-z]\w*\b/g, (word) => (ids.includes(word) ? prefixed(word) : word));
  const Id = prefixed(query.Id ?? '');
  if (query.MetricStat !== undefined) return { ...query, Id, MetricStat: { ...query.MetricStat, Period } };
  return { ...query, Id, Period, ...(Expression === undefined ? {} : { Expression }) };
}

async function fetchPages(
  client: CloudWatchClient,
  { from, to, until = to }: MetricsWindow,
  queries: readonly MetricDataQuery[],
): Promise<{ results: ReadonlyMap<string, readonly MetricDataResult[]>; truncated: boolean }> {
  const results = new Map<string, MetricDataResult[]>();
  let token: string | undefined;
  for (let page = 0; page < pagesPerCall; page += 1) {
    const command = new GetMetricDataCommand({
      StartTime: from,
      EndTime: until,
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [...queries],
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const answer = await callAws('GetMetricData', (abortSignal) => client.send(command, { abortSignal }));
    for (const result of answer.MetricDataResults ?? []) {
      const id = result.Id ?? '';
      results.set(id, [...(results.get(id) ?? []), result]);
    }
    token = answer.NextToken;
    if (token === undefined) break;
  }
  return { results, truncated: token !== undefined };
}

/**
 * A complete answer gives every period of the window a point: its value, or null where CloudWatch had none. Of an answer
 * that is not complete only the values are taken: a period that it left out may have a value, and must not read as
 * "no errors".
 */
function answerOf(
  { window, question }: Ask,
  results: readonly MetricDataResult[],
  truncated: boolean,
  now: number,
): AskAnswer {
  const values = new Map<number, number>();
  for (const { Timestamps = [], Values = [] } of results) {
    Timestamps.forEach((time, index) => {
      const value = Values[index];
      if (value !== undefined) values.set(time.getTime(), value);
    });
  }
  const problem = problemOf(question, results, truncated);
  const { metric, side, part } = question;
  const step = window.periodSeconds * 1000;
  const at = (start: number, value: number | undefined): Point => {
    const place = { metric, side, ...(part === undefined ? {} : { part }), phase: window.phase };
    return { ...place, periodStart: new Date(start).toISOString(), ...measured(value) };
  };
  const points: Point[] = [];
  for (let start = window.from.getTime(); start < window.to.getTime(); start += step) {
    const value = values.get(start);
    if (value !== undefined || problem === null) points.push(at(start, value));
  }
  const future = [...values.keys()].filter((start) => start >= Math.max(now + step, window.to.getTime()));
  points.push(...future.sort((a, b) => a - b).map((start) => at(start, values.get(start))));
  return { points, problem };
}

/** JSON has no NaN: what CloudWatch sent instead of a number is kept beside the null. */
function measured(value: number | undefined): Pick<Point, 'value' | 'notANumber'> {
  if (value === undefined) return { value: null };
  return Number.isFinite(value) ? { value } : { value: null, notANumber: String(value) };
}

function problemOf({ metric, side }: Question, results: readonly MetricDataResult[], truncated: boolean) {
  const status = results.at(-1)?.StatusCode;
  const what = `${metric} of ${side}`;
  if (status === 'Forbidden') {
    const text = `CloudWatch answered Forbidden for ${what}; check the permissions of the gate's role`;
    return { code: 'metric-forbidden', text };
  }
  if (status === 'InternalError') {
    return {
      code: 'metric-internal-error',
      text: `CloudWatch answered InternalError for ${what}; the gate asks again`,
    };
  }
  if (status === undefined) {
    return { code: 'metric-unanswered', text: `CloudWatch's answer leaves ${what} out; the gate asks again` };
  }
  if (status !== 'Complete' || truncated) {
    const why = truncated ? `its answer has more than ${pagesPerCall} pages` : `it answered ${status}`;
    return {
      code: 'metric-partial',
      text: `CloudWatch has more of ${what} than was read: ${why}; the gate asks again`,
    };
  }
  return null;
}
