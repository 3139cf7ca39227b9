import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { importArgo } from '../../../src/canary/import/argo.ts';
import { importFlagger } from '../../../src/canary/import/flagger.ts';
import { importKayenta } from '../../../src/canary/import/kayenta.ts';
import { UnreadablePolicy } from '../../../src/canary/import/source-text.ts';
import { mannWhitneySettings } from '../../../src/canary/mann-whitney/settings.ts';
import { parseCondition } from '../../../src/canary/thresholds/condition.ts';
import { thresholdSettings } from '../../../src/canary/thresholds/settings.ts';
import { ConditionError } from '../../../src/canary/thresholds/tokens.ts';

function withOneValueReplaced(seed: unknown) {
  return fc.tuple(fc.nat(200), fc.jsonValue({ maxDepth: 2 })).map(([nth, value]) => {
    let left = nth;
    const walk = (node: unknown): unknown => {
      left -= 1;
      if (left === 0) return value;
      if (Array.isArray(node)) return node.map(walk);
      if (typeof node !== 'object' || node === null) return node;
      return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, walk(inner)]));
    };
    return JSON.stringify(walk(seed));
  });
}

const queries = [
  { id: 'r', expression: 'e / n' },
  {
    id: 'e',
    metricStat: {
      metric: { namespace: 'a', metricName: 'errors', dimensions: [{ name: 'TargetGroup', value: 'x' }] },
      period: 60,
      stat: 'Sum',
    },
    returnData: false,
  },
  {
    id: 'n',
    metricStat: { metric: { namespace: 'a', metricName: 'requests' }, period: '60', stat: 'Sum' },
    returnData: false,
  },
];
const kayenta = {
  name: 'n',
  templates: { t: 'x' },
  metrics: [
    {
      name: 'errors',
      query: { type: 'prometheus', metricName: 'e' },
      groups: ['g'],
      analysisConfigurations: {
        canary: { direction: 'increase', outliers: { strategy: 'remove' }, effectSize: { allowedIncrease: 1.2 } },
      },
    },
    {
      name: 'cw',
      query: { type: 'cloudwatch', metricDataQueries: queries },
      groups: ['h'],
      analysisConfigurations: {},
    },
  ],
  classifier: { groupWeights: { g: 60, h: 40 }, scoreThresholds: { pass: 90, marginal: 50 } },
};
const flagger = {
  kind: 'Canary',
  metadata: { name: 'c' },
  spec: {
    analysis: {
      interval: '1m',
      threshold: 3,
      stepWeights: [1, 2],
      metrics: [
        { name: 'request-duration', thresholdRange: { max: 5 } },
        { name: 'errors', query: 'q', threshold: 1 },
      ],
      webhooks: [{ name: 'w', metadata: { cmd: 'x' } }],
    },
  },
};
const argo = {
  kind: 'AnalysisTemplate',
  metadata: { name: 'a' },
  spec: {
    args: [{ name: 'x', value: '1' }],
    dryRun: [{ metricName: 'd' }],
    metrics: [
      {
        name: 'errors',
        interval: '1m',
        count: 3,
        successCondition: 'result[0] < {{args.x}}',
        provider: { cloudWatch: { interval: '5m', metricDataQueries: queries } },
      },
    ],
  },
};

describe('whatever is written, the answer is a policy or an error of its own', () => {
  test.each([
    ['Kayenta', kayenta, (text: string) => importKayenta(text)],
    ['Flagger', flagger, (text: string) => importFlagger(text, undefined)],
    ['Argo', argo, (text: string) => importArgo(text)],
  ])('%s', (_name, seed, read) => {
    expect(read(JSON.stringify(seed)).canary).not.toBeNull();
    const never = (text: string) => {
      try {
        const { canary, lost } = read(text);
        expect(canary !== null || lost.length > 0).toBe(true);
        if (canary?.judge === 'thresholds') thresholdSettings.parse(canary.thresholds);
        if (canary?.judge === 'mann-whitney') mannWhitneySettings.parse(canary.mannWhitney);
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadablePolicy);
      }
    };
    fc.assert(fc.property(withOneValueReplaced(seed), never), { numRuns: 300, seed: 7 });
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json({ maxDepth: 3 })), never), { numRuns: 100, seed: 7 });
  });

  test('conditions', () => {
    const words = [
      'result',
      '[0]',
      '.Values',
      '(',
      ')',
      '&&',
      '||',
      '!',
      'not',
      '<',
      '>=',
      '1',
      '0.5',
      'len',
      'all',
      '{',
      '#',
      '}',
      ',',
      'default',
      '-',
      '*',
      'true',
      'isNaN',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((list) => list.join(' ')),
    );
    const never = (condition: string) => {
      try {
        const holds = parseCondition(condition);
        for (const values of [[], [0.5], [1, 2, Number.NaN]]) {
          expect([true, false, null]).toContain(holds({ values, value: values[0] ?? null }));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ConditionError);
      }
    };
    fc.assert(fc.property(text, never), { numRuns: 3000, seed: 7 });
  });
});
