import type { Rule } from '../hazard.ts';
import { createIndexBlocking } from './create-index-blocking.ts';
import { ignoreComment } from './ignore-comment.ts';

/** Every rule, one line each, in the order in which hazards are listed. */
export const rules: readonly Rule[] = [createIndexBlocking, ignoreComment];
