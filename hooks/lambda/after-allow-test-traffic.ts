import { createHook } from './gate-hook.ts';

/** The test listener reaches the new task set. */
export const handler = createHook('AfterAllowTestTraffic');
