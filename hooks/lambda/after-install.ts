import { createHook } from './gate-hook.ts';

/** The new task set exists; no traffic has been routed to it. */
export const handler = createHook('AfterInstall');
