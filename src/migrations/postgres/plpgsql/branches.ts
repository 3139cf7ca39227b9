import { perhaps, type Scene } from '../scene.ts';
import { type End, type Execute, goesOn, type Run, valueIn } from './end.ts';
import { assign, mergeValues } from './frame.ts';
import type { Statement } from './tree.ts';
import type { Value } from './value.ts';

/** Statements that may run or not: what they do is said with a "may", and what they assign is forgotten if it differs. */
export function mayRun(
  statements: readonly Statement[] | undefined,
  scene: Scene,
  run: Run,
  when: 'rows' | 'branch',
): End {
  const before = [...run.frame.values];
  const end = run.all(statements, perhaps(scene, when), run);
  run.frame.values = mergeValues(before, run.frame.values);
  return end;
}

/** One of several branches runs, and nobody knows which. Only if all of them end in the same way is that the end. */
function runBranches(branches: readonly (readonly Statement[] | undefined)[], scene: Scene, run: Run): End {
  const before = [...run.frame.values];
  let merged: Value[] | undefined;
  const ends = branches.map((branch) => {
    run.frame.values = [...before];
    const end = run.all(branch, perhaps(scene, 'branch'), run);
    merged = merged === undefined ? run.frame.values : mergeValues(merged, run.frame.values);
    return end;
  });
  run.frame.values = merged ?? before;
  const [first] = ends;
  return first !== undefined && ends.every((end) => end.by === first.by && first.by !== 'end') ? vague(first) : goesOn;
}

/** The same end without a value that only one branch gives. */
export function vague(end: End): End {
  return end.by === 'return' ? { by: 'return', value: undefined } : end;
}

type Branch = { readonly condition: Value; readonly statements: readonly Statement[] | undefined };

/** Goes through conditions in their order, up to the first that surely holds. */
function choose(branches: Iterable<Branch>, otherwise: readonly Statement[] | undefined, scene: Scene, run: Run): End {
  const possible: (readonly Statement[] | undefined)[] = [];
  for (const { condition, statements } of branches) {
    if (condition === false || condition === null) continue;
    possible.push(statements);
    if (condition === true)
      return possible.length === 1 ? run.all(statements, scene, run) : runBranches(possible, scene, run);
  }
  return possible.length === 0 ? run.all(otherwise, scene, run) : runBranches([...possible, otherwise], scene, run);
}

export const runIf: Execute<'PLpgSQL_stmt_if'> = (content, scene, run) => {
  function* branches(): Generator<Branch> {
    yield { condition: valueIn(content.cond, scene, run), statements: content.then_body };
    for (const { PLpgSQL_if_elsif: each } of content.elsif_list ?? []) {
      yield { condition: valueIn(each.cond, scene, run), statements: each.stmts };
    }
  }
  return choose(branches(), content.else_body, scene, run);
};

export const runCase: Execute<'PLpgSQL_stmt_case'> = (content, scene, run) => {
  if (content.t_expr !== undefined) assign(run.frame, content.t_varno ?? 0, valueIn(content.t_expr, scene, run));
  function* branches(): Generator<Branch> {
    for (const { PLpgSQL_case_when: each } of content.case_when_list ?? []) {
      yield { condition: valueIn(each.expr, scene, run), statements: each.stmts };
    }
  }
  return choose(branches(), content.else_stmts, scene, run);
};
