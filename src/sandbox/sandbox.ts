import type { Clock } from '../clock.ts';
import { createHooks, type HookRegistry } from './hooks.ts';
import { type Hooks, writeRevision } from './model/appspec.ts';
import { beginRelease } from './model/begin.ts';
import type { Deployment } from './model/deployment.ts';
import type { Group } from './model/group.ts';
import { setAlarm } from './model/set-alarm.ts';
import type { ReleaseTraffic } from './model/traffic.ts';
import { advanceTo } from './model/turn-clock.ts';
import { type Alarm, createWorld, registerRevision, runningIn, type World } from './model/world.ts';
import { type Random, seededRandom } from './random.ts';
import { addGroup, type GroupSetup, registerTaskDefinition, type TaskDefinitionSetup } from './setup.ts';
import { createFaults, type Faults } from './wire/faults.ts';
import { type RequestRecord, startServer } from './wire/server.ts';

export interface SandboxOptions {
  /** Where the sandbox's time begins, and what `tick()` follows. */
  readonly clock: Clock;
  /** Seconds between two points of a metric; each stands for a minute of traffic. Default 60; the demo uses 1. */
  readonly periodSeconds?: number;
  /** Default 3600, as at AWS. */
  readonly hookTimeoutSeconds?: number;
  /** Whether the hooks are called again in a rollback's deployment. Default true: AWS does not say, so expect it. */
  readonly rollbackCallsHooks?: boolean;
  /** Two availability zones that the load balancers' metrics are told apart by, too. Default: none. */
  readonly zones?: readonly [] | readonly [string, string];
  /** Default: a generator with a fixed seed. */
  readonly random?: Random;
  /** Default 0: any free one. */
  readonly port?: number;
}

export interface ReleaseSetup {
  readonly application: string;
  readonly deploymentGroup: string;
  readonly image: string;
  readonly behaviour?: ReleaseTraffic;
  /** Default: the group's. */
  readonly hooks?: Hooks;
  readonly description?: string;
}

/** AWS on loopback: CodeDeploy, ECS and CloudWatch for the real SDK clients, over a model that the clock moves. */
export interface Sandbox {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** The sandbox's own time: `options.clock` at the start, then as far as it was advanced or ticked. */
  readonly clock: Clock;
  readonly hooks: HookRegistry;
  readonly faults: Faults;
  /** Every request that reached the server, oldest first, those that met a fault included. */
  readonly requests: readonly RequestRecord[];
  /** Moves time on; hooks are called on the way, and run while the caller awaits. `advance(0)` lets reports take effect. */
  advance(seconds: number): void;
  /** Moves time on to `options.clock`'s. */
  tick(): void;
  addGroup(setup: GroupSetup): void;
  /** Gives the ARN. */
  registerTaskDefinition(setup: TaskDefinitionSetup): string;
  /** Registers task definition and revision, creates the deployment, gives its id. */
  release(setup: ReleaseSetup): string;
  setAlarm(name: string, state: Alarm['state'], reason?: string): void;
  /** A deployment as the model holds it. */
  deployment(id: string): Readonly<Deployment>;
  /** All deployments of a group, oldest first. */
  deploymentsOf(application: string, deploymentGroup: string): readonly Readonly<Deployment>[];
  /** The load balancer's and the target groups' names as CloudWatch's dimensions have them. */
  dimensionsOf(
    application: string,
    deploymentGroup: string,
  ): { readonly loadBalancer: string; readonly targetGroups: readonly [string, string] };
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const hooks = createHooks();
  const faults = createFaults();
  const requests: RequestRecord[] = [];
  const world = createWorld(
    {
      periodSeconds: options.periodSeconds ?? 60,
      hookTimeoutSeconds: options.hookTimeoutSeconds ?? 3600,
      rollbackCallsHooks: options.rollbackCallsHooks ?? true,
      zones: options.zones ?? [],
      random: options.random ?? seededRandom(1),
    },
    options.clock.now().getTime(),
    hooks.call,
  );
  const server = await startServer(world, faults, requests, options.port ?? 0);
  return {
    url: server.url,
    close: server.close,
    clock: { now: () => new Date(world.now) },
    hooks,
    faults,
    requests,
    advance: (seconds) => advanceTo(world, world.now + seconds * 1000),
    tick: () => advanceTo(world, Math.max(world.now, options.clock.now().getTime())),
    addGroup: (setup) => void addGroup(world, setup),
    registerTaskDefinition: (setup) => registerTaskDefinition(world, setup).arn,
    release: (setup) => release(world, setup),
    setAlarm: (name, state, reason = `set to ${state} by hand`) => setAlarm(world, name, state, reason),
    deployment: (id) => deploymentOf(world, id),
    deploymentsOf(application, deploymentGroup) {
      const group = groupOf(world, application, deploymentGroup);
      return world.deployments.filter((deployment) => deployment.group === group);
    },
    dimensionsOf(application, deploymentGroup) {
      const { loadBalancer, targetGroups } = groupOf(world, application, deploymentGroup).service;
      return { loadBalancer: loadBalancer.suffix, targetGroups: [targetGroups[0].suffix, targetGroups[1].suffix] };
    },
  };
}

function release(world: World, setup: ReleaseSetup): string {
  const group = groupOf(world, setup.application, setup.deploymentGroup);
  const running = runningIn(world, group);
  if (running !== null) throw new Error(`${setup.deploymentGroup} is busy with ${running.id}: let that end first`);
  const definition = registerTaskDefinition(world, {
    family: group.service.name,
    image: setup.image,
    ...(setup.behaviour === undefined ? {} : { behaviour: setup.behaviour }),
  });
  const revision = writeRevision({
    taskDefinition: definition.arn,
    hooks: setup.hooks ?? group.hooks,
    containerName: definition.containerName,
  });
  registerRevision(world, group.application, revision);
  return beginRelease(world, group, revision, { description: setup.description ?? '' }).id;
}

function groupOf(world: World, application: string, name: string): Group {
  const group = world.groups.find((candidate) => candidate.application === application && candidate.name === name);
  if (group === undefined) throw new Error(`the sandbox has no deployment group ${application}/${name}`);
  return group;
}

function deploymentOf(world: World, id: string): Deployment {
  const deployment = world.deployments.find((candidate) => candidate.id === id);
  if (deployment === undefined) throw new Error(`the sandbox has no deployment ${id}`);
  return deployment;
}
