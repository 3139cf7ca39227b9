import { createHook } from './gate-hook.ts';

/** Last stop before production traffic moves; under Lambda deployments the first one. */
export const handler = createHook('BeforeAllowTraffic');
