import { pathToFileURL } from 'node:url';
import type { Comparison } from '../../src/canary/comparison.ts';
import { judgeComparison } from '../../src/canary/judge-comparison.ts';
import type { BenchJudge, Call } from './judges.ts';
import { oracle } from './oracle.ts';
import { peakJudge } from './peak-judge.ts';
import { kayentaJudges } from './peers/kayenta.ts';
import { repeatedJudges } from './peers/repeated.ts';
import { thresholdJudges } from './peers/thresholds.ts';

const ours: BenchJudge = { name: 'ours', judge: (comparison) => judgeComparison(comparison) };

export const peers: readonly BenchJudge[] = [...kayentaJudges, ...thresholdJudges, ...repeatedJudges];

/** All judges that the bench knows by name. */
const judges: readonly BenchJudge[] = [ours, oracle, peakJudge, ...peers];

/**
 * A judge by its name, or by `path/to/module.ts#export` for any function from a comparison to {verdict, decidedAt}.
 * @throws RangeError for a name that is neither
 */
export async function judgeNamed(name: string): Promise<BenchJudge> {
  const found = judges.find((judge) => judge.name === name);
  if (found !== undefined) return found;
  const [path, exported] = name.split('#');
  if (path === undefined || exported === undefined) {
    const names = judges.map((judge) => judge.name).join(', ');
    throw new RangeError(`judge "${name}": not known; known are ${names}, or write path/to/module.ts#export`);
  }
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const judge = module[exported];
  if (typeof judge !== 'function') throw new RangeError(`judge "${name}": ${path} exports no function ${exported}`);
  // Whether it returns a call only a run can tell.
  return { name, judge: (comparison: Comparison) => judge(comparison) as Call };
}
