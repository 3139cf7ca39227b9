/** The policy that a watch is judged by, kept with it; watches of older releases have none. */
export const up: readonly string[] = ['alter table watches add column policy jsonb'];
