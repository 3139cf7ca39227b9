import type { BatchAnswer } from './judge-batch.ts';

export interface Tally {
  /** Counts an answer in. @returns what to warn of: ids that were there before */
  add(answer: BatchAnswer): readonly { readonly line: number; readonly message: string }[];
  total(): { readonly lines: number; readonly refused: number; readonly rollbacks: number; readonly summary: string };
}

/** Ids that are remembered to find those that come twice: some 100 MB of them. */
const mostIds = 1_000_000;

/** Counts what a run has judged, and notices ids that come twice, by which nobody could tell the verdicts apart. */
export function createTally(): Tally {
  const lineOf = new Map<string | number, number>();
  const verdicts = new Map<string, number>();
  let refused = 0;
  return {
    add(answer) {
      refused += answer.refused.length;
      return answer.judged.flatMap(({ line, id, verdict }) => {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        const earlier = lineOf.get(id);
        if (earlier !== undefined) {
          return [{ line, message: `id ${JSON.stringify(id)} is that of line ${earlier}, too; both were judged` }];
        }
        if (lineOf.size < mostIds) lineOf.set(id, line);
        return [];
      });
    },
    total() {
      const judged = [...verdicts.values()].reduce((sum, count) => sum + count, 0);
      const each = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
      const summary = `${judged} judged${each === '' ? '' : `: ${each}`}${refused > 0 ? `; ${refused} not readable` : ''}`;
      return { lines: judged + refused, refused, rollbacks: verdicts.get('rollback') ?? 0, summary };
    },
  };
}
