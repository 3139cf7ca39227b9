import type { Alarm, World } from './world.ts';

/** Puts an alarm into a state, and makes it where there was none. */
export function setAlarm(world: World, name: string, state: Alarm['state'], reason: string): void {
  const known = world.alarms.get(name);
  world.alarms.set(name, {
    name,
    state,
    reason,
    updatedAt: world.now,
    transitionedAt: known?.state === state ? known.transitionedAt : world.now,
  });
}
