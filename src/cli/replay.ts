import { createAwsClients } from '../aws/clients.ts';
import { judgeComparison } from '../canary/judge-comparison.ts';
import { historyMinutes } from '../canary/power/planned-canary.ts';
import { findPlaces } from '../canary/replay/find-places.ts';
import { type ReplayPlan, replayHours, totalsOf, worstOf } from '../canary/replay/hours.ts';
import type { PastPlaces } from '../canary/replay/past-questions.ts';
import { keptPeriod, oldestReplayDays } from '../canary/replay/resolution.ts';
import type { Split } from '../canary/replay/split.ts';
import { systemClock } from '../clock.ts';
import type { ServiceConfig } from '../config/schema.ts';
import { type Command, type CommandIo, exitCodes, UsageError } from './command.ts';
import { configuredService } from './configured-service.ts';
import { type ReplayArguments, readReplayArguments, replayUsage } from './replay-arguments.ts';
import { fetchPast } from './replay-past.ts';
import { type ReplayReport, replayText } from './replay-text.ts';
import { replayWatches } from './replay-watches.ts';

const defaultShare = 0.1;
const worstShown = 10;

export const replayCommand: Command = {
  usage: replayUsage,
  async run(args, io) {
    const now = systemClock.now();
    const given = readReplayArguments(args, now);
    const service = await configuredService(given.service, given.config, io);
    const report = await replay(given, service, now, io);
    io.stdout.write(given.json ? `${JSON.stringify(report, null, 2)}\n` : replayText(report));
    if (report.totals.judged === 0) {
      io.stderr.write(
        'safety-gate replay: there was no hour to judge; check --from, --target-group and --load-balancer\n',
      );
      return exitCodes.failed;
    }
    return report.totals.tooMany ? exitCodes.no : exitCodes.fine;
  },
};

async function replay(given: ReplayArguments, service: ServiceConfig, now: Date, io: CommandIo): Promise<ReplayReport> {
  const times = timesOf(given, service, now);
  const stored = await replayWatches(io, service, given);
  const aws = createAwsClients();
  try {
    const known = {
      loadBalancer: given.loadBalancer ?? service.loadBalancer ?? stored.loadBalancer,
      targetGroups: given.targetGroups.length > 0 ? given.targetGroups : stored.targetGroups,
    };
    const found = await findPlaces(aws.cloudwatch, known);
    const split: Split =
      given.share === null && found.zones.length > 1
        ? { kind: 'zones' }
        : { kind: 'thinning', share: given.share ?? defaultShare };
    const places: PastPlaces = split.kind === 'zones' ? found : { ...found, zones: [] };
    const source = { client: aws.cloudwatch, clock: systemClock };
    const fetched = await fetchPast(source, places, times, given.slowSeconds);
    for (const problem of fetched.problems.slice(0, 10)) io.stderr.write(`${problem}\n`);
    if (fetched.unavailable) throw new Error('CloudWatch answered nothing; see above');
    const { alpha } = service.canary;
    const plan: ReplayPlan = { split, seed: given.seed, alpha, ...times.plan };
    const replayed = replayHours(fetched.past, plan, judgeComparison);
    return {
      service: service.name,
      from: given.from.toISOString(),
      to: given.to.toISOString(),
      periodSeconds: times.periodSeconds,
      canaryMinutes: (times.plan.canaryPeriods * times.periodSeconds) / 60,
      alpha,
      split: { ...split, zones: places.zones, seed: given.seed },
      totals: totalsOf(replayed, alpha),
      worst: worstOf(replayed, worstShown),
      watches: stored.watches,
      storeUnread: stored.unread,
    };
  } finally {
    aws.close();
  }
}

/** The span to read, which begins a history before the first canary, in periods that CloudWatch still has. */
function timesOf({ from, to, everySeconds }: ReplayArguments, { canary: policy }: ServiceConfig, now: Date) {
  const historySeconds = historyMinutes * policy.periodSeconds;
  const oldest = new Date(from.getTime() - historySeconds * 1000);
  const periodSeconds = keptPeriod(policy.periodSeconds, oldest, now);
  if (periodSeconds === null) {
    throw new UsageError(
      `--from ${from.toISOString()}: CloudWatch keeps only hours of that time; write ${oldestReplayDays - 1}d at most`,
    );
  }
  const period = periodSeconds * 1000;
  const periodsOf = (seconds: number) => Math.max(1, Math.round(seconds / periodSeconds));
  const historyPeriods = periodsOf(historySeconds);
  const begin = Math.ceil(from.getTime() / period) * period - historyPeriods * period;
  const end = Math.floor((to.getTime() - policy.settleSeconds * 1000) / period) * period;
  const canaryPeriods = periodsOf(policy.durationSeconds);
  if (end - begin < (historyPeriods + canaryPeriods) * period) {
    const minutes = (canaryPeriods * periodSeconds) / 60;
    throw new UsageError(
      `--from and --to: no canary of ${minutes} min has ended and settled between them; go further back`,
    );
  }
  const plan = { canaryPeriods, everyPeriods: periodsOf(everySeconds), historyPeriods };
  return { from: new Date(begin), to: new Date(end), periodSeconds, plan };
}
