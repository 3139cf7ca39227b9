import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import DataLoader from 'dataloader';
import { AwsFailure, callAws } from '../../aws/failure.ts';
import type { Clock } from '../../clock.ts';
import type { Reason } from '../../reason.ts';
import type { Observation, Point } from '../observation.ts';
import type { Question } from './questions.ts';

export interface MetricsWindow {
  readonly phase: Point['phase'];
  /** Start of the first period. */
  readonly from: Date;
  /** Exclusive: start of the first period that is not asked for. */
  readonly to: Date;
  readonly periodSeconds: number;
}

export interface CloudWatchMetrics {
  /** Asks for every question in every window. Never throws for AWS: what could not be had is said in the observation. */
  observe(
    questions: readonly Question[],
    windows: readonly MetricsWindow[],
    weights: Observation['weights'],
  ): Promise<Observation>;
}

interface Ask {
  readonly window: MetricsWindow;
  readonly question: Question;
}

type AskAnswer = { readonly points: readonly Point[]; readonly problem: Reason | null };

/** The most queries a GetMetricData call takes, and the most pages that are read of one answer. (API_GetMetricData) */
const queriesPerCall = 500;
const pagesPerCall = 20;

/** Asks of many watches that come within this time share their calls: the API is paid and limited by the call. */
const gatherMilliseconds = 20;

/** CloudWatch as the source of observations: asks and returns, judges nothing. */
export function createCloudWatchMetrics({
  client,
  clock,
}: {
  client: CloudWatchClient;
  clock: Clock;
}): CloudWatchMetrics {
  const loader = new DataLoader<Ask, AskAnswer>((asks) => answerAll(client, asks), {
    cache: false,
    batchScheduleFn: (dispatch) => void setTimeout(dispatch, gatherMilliseconds),
  });
  return {
    async observe(questions, windows, weights) {
      const asks = windows.flatMap((window) => questions.map((question) => ({ window, question })));
      const answers = await Promise.all(asks.map((ask) => loader.load(ask)));
      const problems = answers.flatMap(({ problem }) => problem ?? []);
      const reasons = [...new Map(problems.map((problem) => [problem.text, problem])).values()];
      const points = answers.flatMap((answer) => answer.points);
      const status = problems.length === 0 ? 'complete' : problems.length < answers.length ? 'partial' : 'unavailable';
      return { fetchedAt: clock.now().toISOString(), status, reasons, weights, points };
    },
  };
}

/** Answers in the order of the asks. One call takes the asks of one time span, up to its limit of queries. */
async function answerAll(client: CloudWatchClient, asks: readonly Ask[]): Promise<AskAnswer[]> {
  const answers = new Map<Ask, AskAnswer>();
  await Promise.all(
    callsOf(asks).map(async (call) => {
      for (const [ask, answer] of await answerCall(client, call)) answers.set(ask, answer);
    }),
  );
  return asks.map((ask) => answers.get(ask) ?? { points: [], problem: null });
}

function callsOf(asks: readonly Ask[]): readonly (readonly Ask[])[] {
  const calls: { key: string; size: number; asks: Ask[] }[] = [];
  for (const ask of asks) {
    const key = `${ask.window.from.getTime()}-${ask.window.to.getTime()}`;
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

async function answerCall(
  client: CloudWatchClient,
  asks: readonly Ask[],
): Promise<readonly (readonly [Ask, AskAnswer])[]> {
  const [first] = asks;
  if (first === undefined) return [];
  try {
    const queries = asks.flatMap((ask, index) =>
      ask.question.queries.map((query) => numbered(query, index, ask.question)),
    );
    const results = await fetchPages(client, first.window, queries);
    return asks.map((ask, index) => [ask, answerOf(ask, results.get(`a${index}_value`) ?? [])] as const);
  } catch (cause) {
    if (!(cause instanceof AwsFailure)) throw cause;
    return asks.map((ask) => [ask, { points: [], problem: cause.toReason() }] as const);
  }
}

/** Ids are unique within a call only when each ask's have a prefix of their own, in its expressions, too. */
function numbered(query: MetricDataQuery, index: number, { queries }: Question): MetricDataQuery {
  const prefixed = (id: string) => `a${index}_${id}`;
  const ids = queries.map(({ Id }) => Id).filter((id) => id !== undefined);
  const Expression = query.Expression?.replace(/\b[a-z]\w*\b/g, (word) => (ids.includes(word) ? prefixed(word) : word));
  return { ...query, Id: prefixed(query.Id ?? ''), ...(Expression === undefined ? {} : { Expression }) };
}

async function fetchPages(
  client: CloudWatchClient,
  { from, to }: MetricsWindow,
  queries: readonly MetricDataQuery[],
): Promise<ReadonlyMap<string, readonly MetricDataResult[]>> {
  const results = new Map<string, MetricDataResult[]>();
  let token: string | undefined;
  for (let page = 0; page < pagesPerCall; page += 1) {
    const command = new GetMetricDataCommand({
      StartTime: from,
      EndTime: to,
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
  return results;
}

/** Every period of the window gets a point: a value, or null where CloudWatch had none that is a number. */
function answerOf({ window, question }: Ask, results: readonly MetricDataResult[]): AskAnswer {
  const values = new Map<number, number>();
  for (const { Timestamps = [], Values = [] } of results) {
    Timestamps.forEach((time, index) => {
      const value = Values[index];
      if (value !== undefined && Number.isFinite(value)) values.set(time.getTime(), value);
    });
  }
  const points: Point[] = [];
  const step = window.periodSeconds * 1000;
  for (let start = window.from.getTime(); start < window.to.getTime(); start += step) {
    const periodStart = new Date(start).toISOString();
    const { metric, side } = question;
    points.push({ metric, side, phase: window.phase, periodStart, value: values.get(start) ?? null });
  }
  return { points, problem: problemOf(question, results) };
}

function problemOf({ metric, side }: Question, results: readonly MetricDataResult[]): Reason | null {
  const status = results.at(-1)?.StatusCode;
  if (status === 'Forbidden' || status === 'InternalError') {
    const text = `CloudWatch answered ${status} for ${metric} of ${side}; check the permissions of the gate's role`;
    return { code: status === 'Forbidden' ? 'metric-forbidden' : 'metric-internal-error', text };
  }
  return null;
}
