import { fork, type Random } from '../random.ts';
import type { Revision } from './appspec.ts';
import { type Deployment, hasEnded } from './deployment.ts';
import type { EcsService, Group, TaskDefinition } from './group.ts';
import { createMetricStore, type MetricStore } from './metrics.ts';

export interface Alarm {
  readonly name: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  reason: string;
  updatedAt: number;
  transitionedAt: number;
}

export interface RegisteredRevision extends Revision {
  readonly registeredAt: number;
  readonly groups: Set<string>;
  firstUsedAt: number | null;
  lastUsedAt: number | null;
}

export interface WorldSettings {
  /** One point of every metric is published each so many seconds; it stands for a minute of traffic. */
  readonly periodSeconds: number;
  /** A hook that has not reported after so long has failed: one hour at AWS. (AppSpec 'hooks', Important notes) */
  readonly hookTimeoutSeconds: number;
  /** Whether a rollback's deployment calls the hooks again. AWS does not say for ECS; on servers it does. */
  readonly rollbackCallsHooks: boolean;
  /** Availability zones that load balancers tell requests apart by; empty: they do not. */
  readonly zones: readonly [] | readonly [string, string];
  readonly random: Random;
}

/**
 * Everything that the sandbox knows. It moves only when the clock does (turn-clock.ts); a call to the API is noted at
 * once, and has its consequences at the next move.
 */
export interface World extends Omit<WorldSettings, 'random'> {
  /** Milliseconds since 1970, by the sandbox's clock. */
  now: number;
  readonly idRandom: Random;
  readonly trafficRandom: Random;
  /** How the traffic falls on availability zones. */
  readonly zoneRandom: Random;
  readonly applications: Map<string, Map<string, RegisteredRevision>>;
  readonly groups: Group[];
  readonly services: EcsService[];
  readonly taskDefinitions: Map<string, TaskDefinition>;
  /** Oldest first. */
  readonly deployments: Deployment[];
  readonly metrics: MetricStore;
  readonly alarms: Map<string, Alarm>;
  /** Calls a hook's function without waiting for it; false when there is no such function. */
  readonly callHook: (functionName: string, call: HookCall) => boolean;
}

export interface HookCall {
  readonly deploymentId: string;
  readonly executionId: string;
  /** Told when the function throws; the event goes on waiting for a report. */
  onFailure(message: string): void;
}

export function createWorld(settings: WorldSettings, now: number, callHook: World['callHook']): World {
  const { random, ...rest } = settings;
  return {
    ...rest,
    now,
    idRandom: fork(random),
    trafficRandom: fork(random),
    zoneRandom: fork(random),
    applications: new Map(),
    groups: [],
    services: [],
    taskDefinitions: new Map(),
    deployments: [],
    metrics: createMetricStore(),
    alarms: new Map(),
    callHook,
  };
}

/** Newest first. */
export function deploymentsOf(world: World, group: Group): readonly Deployment[] {
  return world.deployments.filter((deployment) => deployment.group === group).reverse();
}

export function runningIn(world: World, group: Group): Deployment | null {
  return world.deployments.find((deployment) => deployment.group === group && !hasEnded(deployment)) ?? null;
}

export function registerRevision(world: World, application: string, revision: Revision): RegisteredRevision {
  const revisions = world.applications.get(application) ?? new Map<string, RegisteredRevision>();
  world.applications.set(application, revisions);
  const known = revisions.get(revision.sha256);
  if (known !== undefined) return known;
  const registered = {
    ...revision,
    registeredAt: world.now,
    groups: new Set<string>(),
    firstUsedAt: null,
    lastUsedAt: null,
  };
  revisions.set(revision.sha256, registered);
  return registered;
}
