/**
 * Why a check, a judge or a planner came to its verdict, for a machine (`code`, kebab-case, stable) and for a person
 * (`text`: what was seen, what was expected, what to do). Further fields are facts behind the text, plain JSON.
 */
export interface Reason {
  readonly code: string;
  readonly text: string;
  readonly [fact: string]: unknown;
}
