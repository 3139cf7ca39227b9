import type { Scene } from '../scene.ts';
import { evaluateIn, type Runner } from './execution.ts';
import type { Frame } from './frame.ts';
import type { Expression, Statement } from './tree.ts';
import type { Value } from './value.ts';

/** How a list of statements ended. */
export type End =
  | { readonly by: 'end' }
  | { readonly by: 'exit' | 'continue'; readonly label: string | undefined }
  | { readonly by: 'return'; readonly value: Value }
  /** An error that surely comes; `condition` as EXCEPTION WHEN names it, undefined for one of its own. */
  | { readonly by: 'error'; readonly condition: string | undefined };

export const goesOn: End = { by: 'end' };

/** One run of a routine. */
export interface Run {
  readonly frame: Frame;
  readonly runner: Runner;
  /** Runs statements one after the other, up to one that does not go on. */
  all(statements: readonly Statement[] | undefined, scene: Scene, run: Run): End;
}

export type Execute<Tag extends keyof Statement> = (
  content: NonNullable<Statement[Tag]>,
  scene: Scene,
  run: Run,
) => End;

const expressionOf = (holder: { readonly PLpgSQL_expr: Expression } | undefined): Expression | undefined =>
  holder?.PLpgSQL_expr;

export function valueIn(
  holder: { readonly PLpgSQL_expr: Expression } | undefined,
  scene: Scene,
  { frame, runner }: Run,
): Value {
  return evaluateIn(expressionOf(holder), scene, runner, frame);
}
