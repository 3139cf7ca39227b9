import type { LambdaHandler } from '../../../hooks/lambda/gate-hook.ts';
import type { Clock } from '../../clock.ts';
import type { ReleaseTraffic } from '../model/traffic.ts';
import { startSandbox } from '../sandbox.ts';
import { alarm, place } from './gate-config.ts';

/** The AWS account in which payments runs: the sandbox, its time running with the clock's. */
export interface Production {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** The load balancer as CloudWatch's dimensions and safety-gate.yml have it. */
  readonly loadBalancer: string;
  /** Registers `payments:TAG`, whose code behaves so. @returns the task definition's ARN */
  registerTaskDefinition(tag: string, behaviour: ReleaseTraffic): string;
  registerFunction(name: string, handler: LambdaHandler): void;
  close(): Promise<void>;
}

const repository = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/payments';
const tickEverySeconds = 0.05;

/** Payments in its release 40, on ECS behind a load balancer; one point of every metric a second. */
export async function startProduction(clock: Clock): Promise<Production> {
  const sandbox = await startSandbox({ clock, periodSeconds: 1, zones: ['us-east-1a', 'us-east-1b'] });
  sandbox.addGroup({
    ...place,
    cluster: 'production',
    service: 'payments',
    image: `${repository}:40`,
    requestsPerPeriod: 900,
    // A third of the traffic for eight minutes, then all of it: CodeDeploy's canary configurations have two steps.
    shift: { kind: 'canary', percent: 33, seconds: 8 },
    installSeconds: 0.5,
    terminationWaitSeconds: 1,
  });
  sandbox.setAlarm(alarm, 'OK');
  const ticking = setInterval(() => sandbox.tick(), tickEverySeconds * 1000);
  return {
    url: sandbox.url,
    loadBalancer: sandbox.dimensionsOf(place.application, place.deploymentGroup).loadBalancer,
    registerTaskDefinition: (tag, behaviour) =>
      sandbox.registerTaskDefinition({ family: 'payments', image: `${repository}:${tag}`, behaviour }),
    registerFunction: (name, handler) => sandbox.hooks.register(name, (payload) => handler(payload)),
    async close() {
      clearInterval(ticking);
      await sandbox.close();
    },
  };
}
