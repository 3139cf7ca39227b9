import { expect, test } from '@jest/globals';
import { toProblem } from '../../src/http/problem.ts';

test.each(['08006', '53300', '57P01', '57014', '25P03', '40P01', '40001', 'ECONNREFUSED'])(
  '%s from the database is a matter of trying again',
  (code) => {
    const problem = toProblem(Object.assign(new Error('from pg'), { code }));
    expect([problem.status, problem.code, problem.headers['Retry-After']]).toEqual([503, 'store-unreachable', '5']);
  },
);

test('what is not known is a bug, and nothing of it is shown', () => {
  const problem = toProblem(Object.assign(new Error('duplicate key'), { code: '23505' }));
  expect([problem.status, problem.code]).toEqual([500, 'internal']);
  expect(problem.message).not.toContain('duplicate');
});

test.each([null, undefined, 'text'])('%p that was thrown is a bug', (thrown) => {
  expect(toProblem(thrown).status).toBe(500);
});
