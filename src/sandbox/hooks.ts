import type { HookCall } from './model/world.ts';

/** What CodeDeploy gives to a hook's Lambda function: not the event's name. (AppSpec 'hooks' section, sample function) */
export interface HookPayload {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

export type HookHandler = (payload: HookPayload) => unknown;

/** The sandbox's Lambda: functions by name, called as CodeDeploy calls them, without waiting for what they return. */
export interface HookRegistry {
  register(functionName: string, handler: HookHandler): void;
  /** Every call so far, oldest first. */
  readonly calls: readonly { readonly functionName: string; readonly payload: HookPayload }[];
  /** Resolves when no handler is running. A handler that never returns holds it for ever. */
  settled(): Promise<void>;
}

export interface CallableHooks extends HookRegistry {
  call(functionName: string, call: HookCall): boolean;
}

export function createHooks(): CallableHooks {
  const handlers = new Map<string, HookHandler>();
  const calls: { functionName: string; payload: HookPayload }[] = [];
  const running = new Set<Promise<void>>();
  return {
    calls,
    register: (functionName, handler) => void handlers.set(functionName, handler),
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
    call(functionName, { deploymentId, executionId, onFailure }) {
      const handler = handlers.get(functionName);
      if (handler === undefined) return false;
      const payload = { DeploymentId: deploymentId, LifecycleEventHookExecutionId: executionId };
      calls.push({ functionName, payload });
      const run = async (): Promise<void> => {
        try {
          await handler(payload);
        } catch (cause) {
          onFailure(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause));
        }
      };
      // Not at once: the model comes to rest before the function asks it anything.
      const call: Promise<void> = Promise.resolve()
        .then(run)
        .finally(() => running.delete(call));
      running.add(call);
      return true;
    },
  };
}
