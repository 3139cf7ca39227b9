import { createHook } from './gate-hook.ts';

/** Before the new task set exists: the place for the checks that need nothing running, such as migrations. */
export const handler = createHook('BeforeInstall');
