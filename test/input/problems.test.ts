import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { inputProblems } from '../../src/input/problems.ts';

const schema = z.strictObject({
  files: z.array(z.string()).min(1),
  verdict: z.enum(['pass', 'fail']),
  version: z.string({ error: 'not a text; write it in quotes' }),
  count: z.number(),
  alpha: z.number().gt(0).lt(0.5).optional(),
  runs: z.int().min(1).max(9).optional(),
});

const fine = { files: ['a'], verdict: 'pass', version: '1', count: 1 };

test.each<[object, string, string]>([
  [{ files: [], verdict: 'pass', version: '1', count: 1 }, 'files', 'too short a list; 1 at least'],
  [{ files: ['a'], version: '1', count: 1 }, 'verdict', 'is missing; one of pass, fail'],
  [{ files: ['a'], verdict: 'no', version: '1', count: 1 }, 'verdict', '"no": not accepted; one of pass, fail'],
  [{ files: ['a'], verdict: 'pass', version: 1, count: 1 }, 'version', '1: not a text; write it in quotes'],
  [{ files: ['a'], verdict: 'pass', version: '1', count: 'x' }, 'count', '"x": expected number'],
  [{ ...fine, alpha: 0.5 }, 'alpha', '0.5: write less than 0.5'],
  [{ ...fine, alpha: 0 }, 'alpha', '0: write more than 0'],
  [{ ...fine, runs: 0 }, 'runs', '0: write 1 or more'],
  [{ ...fine, runs: 10 }, 'runs', '10: write 9 or less'],
])('%j is told where and what is accepted', (input, path, message) => {
  const read = schema.safeParse(input);
  expect(read.success ? [] : inputProblems(read.error, input)).toMatchObject([{ path, message }]);
});
