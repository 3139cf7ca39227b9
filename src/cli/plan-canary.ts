import { judgeComparison } from '../canary/judge-comparison.ts';
import { canaryPolicy } from '../canary/policy.ts';
import { lookCost } from '../canary/power/look-cost.ts';
import { planCanary } from '../canary/power/plan.ts';
import type { PlannedCanary, PlannedTraffic } from '../canary/power/planned-canary.ts';
import type { ServiceConfig } from '../config/schema.ts';
import { type Command, type CommandIo, exitCodes, UsageError } from './command.ts';
import { configuredService } from './configured-service.ts';
import { type PlanArguments, readPlanArguments } from './plan-canary-arguments.ts';
import { planText } from './plan-canary-text.ts';
import { readMinutes } from './read-minutes.ts';
import { serviceMinutes } from './service-minutes.ts';

export const planCanaryCommand: Command = {
  usage: `Usage: safety-gate plan-canary --share S --requests-per-minute N --error-ratio R [options]
       safety-gate plan-canary --share S --history FILE.jsonl [options]
       safety-gate plan-canary --share S --service NAME [options]

Says before a canary begins what it can find: canaries with this traffic are played, healthy ones and ones with a regression, and
the judge itself judges them. The same command line gives the same answer.

Options:
  --share S                  the canary's part of the requests: 0.05 or 5%
  --requests-per-minute N    of both versions together
  --error-ratio R            failing requests out of all while all is well: 0.005 or 0.5%
  --history FILE             recorded minutes in place of both, one a line: {"events": 3, "total": 700}; their noise is played
  --minutes M                how long the canary runs; default: 60, or as the service has it
  --alpha A                  the most healthy canaries that may be rolled back; default: 0.01, or as the service has it
  --metrics M                how many metrics share alpha; errors, the main one, have half of it; default: 1, or the service's
  --increase F               the factor of errors to be safe from; default: 2
  --service NAME             take what is not given from this service's canary block, and the traffic, where that is not
                             given either, from its last day in CloudWatch
  --config FILE              default: what SAFETY_GATE_CONFIG names, else ./safety-gate.yml
  --runs N                   canaries for each figure; default: 200, which gives a 95 % to within 3 points
  --format text|json         default: text

Exit: 0 an increase by F is found, and a healthy canary promoted, with 95 %; 1 not so; 2 it could not be said.
`,
  async run(args, io) {
    const given = readPlanArguments(args);
    const { service: name, config } = given;
    const service = name === undefined ? null : await configuredService(name, config, io);
    const policy = service?.canary ?? canaryPolicy.parse({});
    const traffic = await trafficOf(given, service, io);
    const minutes = given.minutes ?? Math.max(1, Math.round(policy.durationSeconds / 60));
    const alpha = given.alpha ?? policy.alpha;
    const metrics = given.metrics ?? (service === null ? 1 : policy.metrics.length);
    const planned: PlannedCanary = { traffic, share: given.share, minutes, alpha, metrics, increase: given.increase };
    const plan = planCanary(planned, judgeComparison, given.runs);
    const cost = lookCost({ ...policy, durationSeconds: minutes * 60 });
    const { traffic: _, ...told } = planned;
    const json = () => `${JSON.stringify({ planned: { ...trafficFacts(traffic), ...told }, plan, cost }, null, 2)}\n`;
    io.stdout.write(given.json ? json() : planText(planned, plan, cost));
    return plan.powered ? exitCodes.fine : exitCodes.no;
  },
};

function trafficFacts(traffic: PlannedTraffic) {
  return traffic.source === 'rates' ? traffic : { source: traffic.source, minutesRecorded: traffic.minutes.length };
}

async function trafficOf(given: PlanArguments, service: ServiceConfig | null, io: CommandIo): Promise<PlannedTraffic> {
  const { history, requestsPerMinute, errorRatio } = given;
  if (history !== undefined) return { source: 'history', minutes: await readMinutes(history, io.cwd) };
  if (requestsPerMinute !== undefined && errorRatio !== undefined) {
    return { source: 'rates', requestsPerMinute, errorRatio };
  }
  if (service === null) throw new UsageError('the traffic is missing: write it, or name a service'); // see the arguments
  return { source: 'history', minutes: await serviceMinutes(service) };
}
