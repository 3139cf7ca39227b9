import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  CodeDeployClient,
  type ECSTarget,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { AwsClients } from '../../src/aws/clients.ts';
import type { HookEvent, Hooks } from '../../src/sandbox/model/appspec.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { GroupSetup } from '../../src/sandbox/setup.ts';

/** Monday noon; what time it really is has no part in these tests. */
export const noon = new Date('2026-03-02T12:00:00Z');

export const shop = { application: 'shop', deploymentGroup: 'shop-production' };

/** The real SDK clients against a sandbox, without retries: each call arrives once. */
export function clientsFor(url: string): AwsClients {
  const settings = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
  const codedeploy = new CodeDeployClient(settings);
  const cloudwatch = new CloudWatchClient(settings);
  const ecs = new ECSClient(settings);
  return {
    codedeploy,
    cloudwatch,
    ecs,
    close() {
      for (const client of [codedeploy, cloudwatch, ecs]) client.destroy();
    },
  };
}

export interface Stage {
  readonly sandbox: Sandbox;
  readonly clients: AwsClients;
  readonly close: () => Promise<void>;
}

/** A sandbox with one group, canary 10 % for five minutes, that calls `hookFunctions`. */
export async function stageShop(
  setup: Partial<GroupSetup> = {},
  options: Partial<SandboxOptions> = {},
): Promise<Stage> {
  const sandbox = await startSandbox({ clock: { now: () => noon }, ...options });
  sandbox.addGroup({
    ...shop,
    cluster: 'main',
    service: 'shop',
    image: 'repo/shop:1',
    shift: { kind: 'canary', percent: 10, seconds: 300 },
    ...setup,
  });
  const clients = clientsFor(sandbox.url);
  return {
    sandbox,
    clients,
    close: async () => {
      clients.close();
      await sandbox.close();
    },
  };
}

/** One function an event, called as the event is. */
export function hooksAt(...events: HookEvent[]): Hooks {
  return Object.fromEntries(events.map((event) => [event, event]));
}

/** Functions that report as told, through the real SDK; `null` leaves the hook without a report. */
export function registerReports(
  { sandbox, clients }: Stage,
  verdicts: Readonly<Partial<Record<HookEvent, 'Succeeded' | 'Failed' | null>>>,
): void {
  for (const [event, status] of Object.entries(verdicts)) {
    sandbox.hooks.register(event, async (payload) => {
      if (status === null) return;
      await clients.codedeploy.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: payload.DeploymentId,
          lifecycleEventHookExecutionId: payload.LifecycleEventHookExecutionId,
          status,
        }),
      );
    });
  }
}

/** Turns the clock, then lets the functions that were called report, and the reports take effect, until none is left. */
export async function turn({ sandbox }: Stage, seconds: number): Promise<void> {
  sandbox.advance(seconds);
  for (let seen = -1; seen < sandbox.hooks.calls.length; ) {
    seen = sandbox.hooks.calls.length;
    await sandbox.hooks.settled();
    sandbox.advance(0);
  }
}

export async function statusOf({ clients }: Stage, deploymentId: string): Promise<string | undefined> {
  const { deploymentInfo } = await clients.codedeploy.send(new GetDeploymentCommand({ deploymentId }));
  return deploymentInfo?.status;
}

export async function targetOf({ clients }: Stage, deploymentId: string): Promise<ECSTarget> {
  const command = new GetDeploymentTargetCommand({ deploymentId, targetId: 'main:shop' });
  const { deploymentTarget } = await clients.codedeploy.send(command);
  return deploymentTarget?.ecsTarget ?? {};
}

/** Traffic weights by label, such as `{ Blue: 90, Green: 10 }`. */
export async function weightsOf(stage: Stage, deploymentId: string): Promise<Readonly<Record<string, number>>> {
  const { taskSetsInfo = [] } = await targetOf(stage, deploymentId);
  return Object.fromEntries(taskSetsInfo.map((set) => [set.taskSetLabel ?? '', set.trafficWeight ?? Number.NaN]));
}

/** Lifecycle events by name. */
export async function eventsOf(stage: Stage, deploymentId: string): Promise<Readonly<Record<string, string>>> {
  const { lifecycleEvents = [] } = await targetOf(stage, deploymentId);
  return Object.fromEntries(lifecycleEvents.map((event) => [event.lifecycleEventName ?? '', event.status ?? '']));
}
