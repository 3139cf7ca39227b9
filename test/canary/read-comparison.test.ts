import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readComparison } from '../../src/canary/read-comparison.ts';

const counts = (events: unknown, total: unknown) => ({ events, total });
const metric = {
  name: 'errors',
  kind: 'ratio',
  direction: 'increase',
  canary: [counts(1, 70), null],
  baseline: [counts(3, 630), counts(2, 600)],
};
const gauge = { name: 'cpu', kind: 'gauge', direction: 'either', canary: [40, null], baseline: [41, 42.5] };
const line = (...metrics: unknown[]) => ({ id: 'a', metrics: metrics.length === 0 ? [metric] : metrics });

function comparisonOf(value: unknown) {
  const read = readComparison(value);
  if (read.status !== 'read') throw new Error(JSON.stringify(read.problems));
  return read.comparison;
}

function problemsOf(value: unknown): readonly string[] {
  const read = readComparison(value);
  return read.status === 'read' ? [] : read.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a comparison is read', () => {
  test('with the defaults of what it leaves out', () => {
    expect(comparisonOf(line())).toEqual({
      id: 'a',
      policy: {
        alpha: 0.01,
        warmup: null,
        promote: { ratio: 2, count: 2, gauge: 1.5, latency: 1.5 },
        plannedPeriods: 2,
      },
      metrics: [
        {
          ...metric,
          main: false,
          shared: false,
          history: [],
          parts: [],
          exposure: { canary: [1, 1], baseline: [1, 1] },
          hosts: null,
        },
      ],
    });
  });

  test('with everything that it may say', () => {
    const whole = {
      ...metric,
      main: true,
      shared: true,
      history: [null, counts(0, 0)],
      parts: [[counts(1, 2)], [null]],
      exposure: { canary: [5, 10], baseline: 95 },
      hosts: { canary: 1, baseline: 19 },
    };
    const policy = { alpha: 0.05, warmup: 0, promote: { ratio: 3 }, periods: 60 };
    const comparison = comparisonOf({ id: 'b', policy, metrics: [whole, gauge] });
    expect(comparison.policy).toEqual({
      alpha: 0.05,
      warmup: 0,
      promote: { ratio: 3, count: 2, gauge: 1.5, latency: 1.5 },
      plannedPeriods: 60,
    });
    expect(comparison.metrics[0]).toEqual({ ...whole, exposure: { canary: [5, 10], baseline: [95, 95] } });
    expect(comparison.metrics[1]?.kind).toBe('gauge');
  });

  test('with one factor for promotion of every kind', () => {
    const { promote } = comparisonOf({ ...line(), policy: { promote: 1.2 } }).policy;
    expect(promote).toEqual({ ratio: 1.2, count: 1.2, gauge: 1.2, latency: 1.2 });
  });

  test('with a number for an id, which stays a number', () => {
    expect(readComparison({ ...line(), id: 7 })).toMatchObject({ status: 'read', id: 7, comparison: { id: '7' } });
  });

  test.each([
    ['all null', { ...metric, canary: [null, null], baseline: [null, null] }],
    ['all zero', { ...metric, canary: [counts(0, 0), counts(0, 0)], baseline: [counts(0, 0), counts(0, 0)] }],
    ['one period', { ...metric, canary: [counts(1, 2)], baseline: [null] }],
    ['a level below zero', { ...gauge, canary: [-5, 0] }],
    ['no load in a period', { ...metric, exposure: { canary: [0, 5], baseline: [100, 95] } }],
  ])('when a series is %s', (_, one) => {
    expect(problemsOf(line(one))).toEqual([]);
  });
});

describe('a comparison is refused with its path and way out', () => {
  const counting = 'counts are whole numbers from 0 to 1000000000000; write 0 or more, or null for both';
  test.each<[string, unknown, readonly string[]]>([
    ['negative counts', { ...metric, canary: [counts(-1, 5), null] }, [`metrics[0].canary[0].events: -1: ${counting}`]],
    ['fractions', { ...metric, baseline: [null, counts(1, 5.5)] }, [`metrics[0].baseline[1].total: 5.5: ${counting}`]],
    [
      'counts that are no number',
      { ...metric, canary: [null, counts('3', true)] },
      [`metrics[0].canary[1].events: "3": ${counting}`, `metrics[0].canary[1].total: true: ${counting}`],
    ],
    [
      'half of the counts',
      { ...metric, canary: [{ events: 1 }, null] },
      [`metrics[0].canary[0].total: is missing; ${counting}`],
    ],
    [
      'more events than requests',
      { ...metric, history: [counts(1, 1), counts(7, 5)] },
      ['metrics[0].history[1].events: 7: more than the total of 5; write 5 at most'],
    ],
    [
      'a stray field among counts',
      { ...metric, canary: [{ ...counts(1, 2), rate: 0.5 }, null] },
      ['metrics[0].canary[0]: unknown field "rate"; accepted: events, total'],
    ],
    [
      'numbers where counts belong',
      { ...metric, canary: [3, [1, 2]] },
      [
        'metrics[0].canary[0]: 3: write {"events": 3, "total": 700}, or null where there is no number',
        'metrics[0].canary[1]: an array: write {"events": 3, "total": 700}, or null where there is no number',
      ],
    ],
    [
      'sides of unequal length',
      { ...metric, baseline: [null] },
      [
        'metrics[0].baseline: 1 periods, the canary has 2; write one element a period on both sides, null where there is no number',
      ],
    ],
    [
      'series without a period',
      { ...metric, canary: [], baseline: [] },
      ['metrics[0].canary: is empty; write one element a period, null where there is no number'],
    ],
    [
      'no series',
      { ...metric, canary: undefined, baseline: {} },
      [
        'metrics[0].canary: is missing; write an array with one element a period',
        'metrics[0].baseline: an object: write an array with one element a period',
      ],
    ],
    [
      'an unknown kind',
      { ...metric, kind: 'percentile' },
      ['metrics[0].kind: "percentile": write one of "ratio", "count", "gauge", "latency"'],
    ],
    [
      'an unknown direction',
      { ...metric, direction: 'up' },
      ['metrics[0].direction: "up": write one of "increase", "decrease", "either"'],
    ],
    [
      'an unknown field',
      { ...metric, histroy: [] },
      [
        'metrics[0]: unknown field "histroy"; did you mean history?; accepted: name, kind, direction, main, shared, canary, baseline, history, parts, exposure, hosts',
      ],
    ],
    ['a name of spaces', { ...metric, name: ' ' }, ['metrics[0].name: " ": write a name of 1 to 200 characters']],
    ['a word for a flag', { ...metric, main: 'yes' }, ['metrics[0].main: "yes": write true or false, or leave it out']],
    [
      'an infinite level',
      { ...gauge, canary: [JSON.parse('1e400'), 1] },
      ['metrics[0].canary[0]: Infinity: write a number from -1e+100 to 1e+100, or null where there is none'],
    ],
    [
      'a negative time',
      { ...gauge, kind: 'latency', canary: [-1, 1] },
      ['metrics[0].canary[0]: -1: a time is a number from 0; write 0 to 1e+100, or null where there is none'],
    ],
    [
      'half an event',
      { ...gauge, kind: 'count' },
      [
        'metrics[0].baseline[1]: 42.5: a count is a whole number from 0 to 1000000000000; write 0 or more, or null where there is no number',
      ],
    ],
    [
      'a lonely slice',
      { ...metric, parts: [[null]] },
      ['metrics[0].parts: 1 slice: write an array of 2 to 100 series, or leave it out'],
    ],
    [
      'slices of unequal length',
      { ...metric, parts: [[null], [null, null]] },
      ['metrics[0].parts[1]: 2 periods, metrics[0].parts[0] has 1; write the same periods for every slice'],
    ],
    [
      'a load of one side',
      { ...metric, exposure: { canary: 5 } },
      [
        "metrics[0].exposure.baseline: is missing; a load is a number from 0 to 1e+100; write the side's weight or tasks",
      ],
    ],
    [
      'loads of other periods',
      { ...metric, exposure: { canary: [5], baseline: 95 } },
      ['metrics[0].exposure.canary: 1 periods, the canary has 2; write one number a period, or one'],
    ],
    [
      'no host',
      { ...metric, hosts: { canary: 0, baseline: 19 } },
      ['metrics[0].hosts.canary: 0: write how many hosts the canary runs on, a whole number from 1'],
    ],
  ])('%s', (_, one, problems) => {
    expect(problemsOf(line(one))).toEqual(problems);
  });

  const alpha = 'write a number above 0 and below 0.5, such as 0.01';
  test.each<[string, unknown, readonly string[]]>([
    ['alpha of 0', { alpha: 0 }, [`policy.alpha: 0: ${alpha}`]],
    ['alpha of 0.5', { alpha: 0.5 }, [`policy.alpha: 0.5: ${alpha}`]],
    ['alpha as a word', { alpha: '1 %' }, [`policy.alpha: "1 %": ${alpha}`]],
    [
      'half a period of warm-up',
      { warmup: 0.5 },
      ['policy.warmup: 0.5: write how many periods are not judged, a whole number from 0 to 100000'],
    ],
    ['a factor of 1', { promote: 1 }, ['policy.promote: 1: write a factor above 1, or {"ratio": 2, "latency": 1.5}']],
    [
      'a factor below 1',
      { promote: { ratio: 0.5 } },
      ['policy.promote.ratio: 0.5: write a factor above 1, such as 2 for doubled, or leave it out'],
    ],
    [
      'a factor of an unknown kind',
      { promote: { errors: 2 } },
      ['policy.promote: unknown field "errors"; accepted: ratio, count, gauge, latency'],
    ],
    ['fewer periods than there are', { periods: 1 }, ['policy.periods: 1: the series have 2 already; write 2 or more']],
    [
      'an unknown field',
      { aplha: 0.01 },
      ['policy: unknown field "aplha"; did you mean alpha?; accepted: alpha, warmup, promote, periods'],
    ],
    ['no object', 5, ['policy: 5: write {"alpha": 0.01}, or leave it out']],
  ])('a policy with %s', (_, policy, problems) => {
    expect(problemsOf({ ...line(), policy })).toEqual(problems);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['no object', [1], [': an array: write an object, {"id": "…", "metrics": […]}']],
    ['null', null, [': null: write an object, {"id": "…", "metrics": […]}']],
    ['no id', { metrics: [metric] }, ['id: is missing; write a string of 1 to 1000 characters, or a number']],
    [
      'an id that lost digits',
      { ...line(), id: 2 ** 60 },
      [`id: ${2 ** 60}: too large to be exact; write it as a string`],
    ],
    ['no metrics', { id: 'a', metrics: [] }, ['metrics: 0 metrics; write 1 to 200']],
    ['metrics left out', { id: 'a' }, ['metrics: is missing; write an array of metrics']],
    [
      'a metric that is null',
      line(null),
      ['metrics[0]: null: write an object with name, kind, direction, canary and baseline'],
    ],
    [
      'the key __proto__',
      JSON.parse(`{"__proto__": {"id": "x"}, ${JSON.stringify(line()).slice(1)}`),
      [': unknown field "__proto__"; accepted: id, policy, metrics'],
    ],
    [
      'the name of a method for a key',
      { ...line(), constructor: 1 },
      [': unknown field "constructor"; accepted: id, policy, metrics'],
    ],
    [
      'two main metrics',
      line({ ...metric, main: true }, { ...gauge, main: true }),
      ['metrics[1].main: metrics[0] is the main metric already; leave one of the two'],
    ],
    [
      'a name twice',
      line(metric, { ...gauge, name: 'errors' }),
      ['metrics[1].name: "errors" is the name of metrics[0] already; write another'],
    ],
    [
      'metrics of unequal length',
      line(metric, { ...gauge, canary: [1], baseline: [1] }),
      ['metrics[1].canary: 1 periods, metrics[0] has 2; write the same periods for every metric'],
    ],
  ])('a line with %s', (_, value, problems) => {
    expect(problemsOf(value)).toEqual(problems);
  });

  test('a prototype that JSON brought lends no field', () => {
    const value = JSON.parse(`{"id": "a", "metrics": [{"__proto__": ${JSON.stringify(metric)}}]}`);
    expect(problemsOf(value)).toContain('metrics[0].name: is missing; write a name of 1 to 200 characters');
  });

  test('values as deep as they come, without running out of stack', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    for (const value of [deep, { ...line(), id: deep }, { ...line(), policy: deep }, line(deep)]) {
      expect(problemsOf(value)).toHaveLength(1);
    }
    const everywhere = Object.fromEntries(Object.keys(metric).map((key) => [key, deep]));
    expect(problemsOf(line({ ...everywhere, kind: deep, hosts: deep }))).toHaveLength(4);
    expect(problemsOf(line({ ...metric, canary: deep, baseline: deep, parts: deep, exposure: deep }))).toHaveLength(4);
  });

  test('whatever JSON it is: something is wrong with it, or it is judged', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });
    const fields = ['name', 'kind', 'canary', 'baseline', 'history', 'parts', 'exposure', 'hosts', 'main', '__proto__'];
    const changed = fc.dictionary(fc.constantFrom(...fields), anything).map((over) => line({ ...metric, ...over }));
    fc.assert(
      fc.property(
        fc.oneof(anything, changed, fc.record({ id: anything, policy: anything, metrics: anything })),
        (value) => {
          const read = readComparison(JSON.parse(JSON.stringify(value)));
          if (read.status === 'refused') {
            for (const { message } of read.problems) expect(message.length).toBeLessThan(450);
            expect(read.problems.length).toBeGreaterThan(0);
          } else expect(read.comparison.metrics.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 2000, seed: 7 },
    );
  });

  test('with the first twenty problems, the number of the others, and no control characters', () => {
    const bad = { ...metric, canary: new Array(5000).fill('\u001b[31m'), baseline: new Array(5000).fill(null) };
    const problems = problemsOf(line(bad));
    expect(problems).toHaveLength(21);
    expect(problems[20]).toBe(': 4980 more problems; mend these first');
    expect(problems.join('')).not.toContain('\u001b');
  });

  test('series beyond the limit', () => {
    const long = new Array(100_001).fill(null);
    expect(problemsOf(line({ ...metric, canary: long }))).toContain(
      'metrics[0].canary: 100001 periods: 100000 at most; write longer periods or fewer',
    );
  });
});
