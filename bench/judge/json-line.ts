import type { Comparison } from '../../src/canary/comparison.ts';

/** A comparison in the offline format of `safety-gate judge FILE.jsonl`, without line end. */
export function jsonLineOf({ id, policy, metrics }: Comparison): string {
  const { alpha, warmup, promote } = policy;
  return JSON.stringify({
    id,
    policy: { alpha, promote, ...(warmup === null ? {} : { warmup }) },
    metrics: metrics.map(({ hosts, parts, history, ...series }) => ({
      ...series,
      ...(history.length > 0 ? { history } : {}),
      ...(parts.length > 0 ? { parts } : {}),
      ...(hosts === null ? {} : { hosts }),
    })),
  });
}
