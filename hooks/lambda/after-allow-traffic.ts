import { createHook } from './gate-hook.ts';

/** All production traffic has moved: the canary verdict is due here. */
export const handler = createHook('AfterAllowTraffic');
