import { type HookEvent, hookEvents, type Revision } from './appspec.ts';
import type { AutoRollback, Group } from './group.ts';
import type { TaskSet } from './task-set.ts';

/** The order of an ECS blue/green deployment. (AppSpec 'hooks' section, "Run order of hooks in an ECS deployment") */
export const ecsEvents = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const;
export type EcsEvent = (typeof ecsEvents)[number];

export interface LifecycleEvent {
  readonly name: EcsEvent;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'Skipped';
  startedAt: number | null;
  endedAt: number | null;
  diagnostics: { readonly errorCode: string; readonly message: string } | null;
  /** Given when the hook's function is called; the function reports with it. */
  executionId: string | null;
}

/** A deployment as CodeDeploy holds it. Times are milliseconds of the sandbox's clock. */
export interface Deployment {
  readonly id: string;
  readonly group: Group;
  readonly revision: Revision;
  /** What served before; a rollback goes back to it. */
  readonly previousRevision: Revision;
  readonly creator: 'user' | 'codeDeployRollback';
  readonly description: string;
  readonly createdAt: number;
  /** What CreateDeployment put over the group's own settings; null where it put nothing. */
  readonly autoRollbackOverride: AutoRollback | null;
  readonly alarmOverride: { readonly enabled: boolean; readonly alarms: readonly string[] } | null;
  readonly rollsBack: { readonly deploymentId: string; readonly message: string } | null;
  readonly events: readonly LifecycleEvent[];
  blue: TaskSet;
  green: TaskSet | null;
  status: 'Created' | 'InProgress' | 'Succeeded' | 'Failed' | 'Stopped';
  completedAt: number | null;
  error: { readonly code: string; readonly message: string } | null;
  rolledBackBy: { readonly deploymentId: string; readonly message: string } | null;
  stop: { readonly withRollback: boolean } | null;
  /** Since when the original task set waits for its end; null before that. */
  terminationWaitSince: number | null;
}

export function newEvents(): readonly LifecycleEvent[] {
  return ecsEvents.map((name) => ({
    name,
    status: 'Pending',
    startedAt: null,
    endedAt: null,
    diagnostics: null,
    executionId: null,
  }));
}

export function hasEnded(deployment: Deployment): boolean {
  return deployment.completedAt !== null;
}

/** An ended deployment goes on telling how it left its task sets, whatever becomes of them in the next. */
export function keepTaskSets(deployment: Deployment): void {
  deployment.blue = { ...deployment.blue };
  deployment.green = deployment.green === null ? null : { ...deployment.green };
}

/** The event under way, or the first one still to come; null when all are over. */
export function currentEvent(deployment: Deployment): LifecycleEvent | null {
  return deployment.events.find((event) => event.status === 'Pending' || event.status === 'InProgress') ?? null;
}

/** The Lambda function that the AppSpec names for an event, by its bare name. */
export function functionOf(deployment: Deployment, event: EcsEvent): string | null {
  const named = isHookEvent(event) ? deployment.revision.spec.hooks[event] : undefined;
  return named === undefined ? null : named.replace(/^arn:.*:function:/, '');
}

export function isHookEvent(event: string): event is HookEvent {
  return (hookEvents as readonly string[]).includes(event);
}
