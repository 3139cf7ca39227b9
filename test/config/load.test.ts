import { describe, expect, test } from '@jest/globals';
import { configJsonSchema } from '../../src/cli/config.ts';
import { ConfigError, parseConfig } from '../../src/config/load.ts';

const place = 'codedeploy: { application: payments, deploymentGroup: production }';

/** What is wrong with a configuration, a line each; empty when nothing is. */
function problems(text: string): string {
  try {
    parseConfig(text, 'safety-gate.yml');
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

describe('a configuration is refused, naming field, value and way out:', () => {
  test.each<[string, string, RegExp]>([
    ['unknown field', 'extra: 1', /unknown field "extra"; accepted: .*alarms, canary/],
    ['wrong dialect', 'database: { dialect: oracle }', /dialect: "oracle": not accepted; one of postgresql, mysql/],
    ['number for version', 'database: { version: 16 }', /version: 16: not a text; write it in quotes: "16"/],
    ['bad duration', 'canary: { settle: 5x }', /canary\.settle: "5x": not a duration; write 500ms/],
    [
      'no time for a rollback',
      'rollback: { timeout: 0s }',
      /timeout: "0s": too short; write a duration from 1s to 24h/,
    ],
    ['number for duration', 'rollback: { timeout: 60 }', /rollback\.timeout: /],
    ['unknown metric', 'canary: { metrics: [p95] }', /canary\.metrics\[0\]: "p95": not accepted; one of error-ratio/],
    ['unknown check', 'checks: { BeforeInstall: [lint] }', /BeforeInstall\[0\]: "lint": .* migrations, alarms, canary/],
    ['unknown event', 'checks: { AfterLunch: [canary] }', /unknown lifecycle event "AfterLunch"; accepted: /],
    [
      'check with bad settings',
      'checks: { BeforeInstall: [{ migrations: { missingReport: maybe } }] }',
      /missingReport: "maybe": not accepted; one of fail, pass/,
    ],
  ])('%s', (_name, field, expected) => {
    expect(problems(`services: [{ ${place}, ${field} }]`)).toMatch(expected);
  });

  test.each<[string, string, RegExp]>([
    [
      'duplicate service',
      `services: [{ ${place} }, { ${place} }]`,
      /services\[1\]\.name: "payments" is taken by services\[0\]/,
    ],
    ['not YAML', 'services: [', /safety-gate\.yml cannot be used:\n {2}not YAML: /],
    ['a list', '- payments', /expected object/],
    [
      'no deployment group',
      'services: [{ codedeploy: { application: a } }]',
      /deploymentGroup: is missing; expected string/,
    ],
  ])('%s', (_name, text, expected) => {
    expect(problems(text)).toMatch(expected);
  });
});

test('the JSON Schema has the settings of lint with the names of the rules', () => {
  expect(configJsonSchema()).toMatchObject({
    properties: {
      lint: { properties: { rules: { propertyNames: { enum: expect.arrayContaining(['drop-table', 'truncate']) } } } },
    },
  });
});

describe('a configuration is taken', () => {
  test('as JSON, which is YAML', () => {
    const text = JSON.stringify({ services: [{ codedeploy: { application: 'a', deploymentGroup: 'g' } }] });
    expect(parseConfig(text, 'test').services.map(({ name }) => name)).toEqual(['a']);
  });

  test('when it is empty: no services, default limits', () => {
    expect(parseConfig('', 'test')).toMatchObject({ services: [], limits: { jsonDepth: 64 } });
  });

  test('with defaults for a service that names only its deployment group', () => {
    const [service] = parseConfig(`services: [{ ${place} }]`, 'test').services;
    expect(service).toMatchObject({
      name: 'payments',
      database: { dialect: 'postgresql' },
      canary: { periodSeconds: 60, durationSeconds: 3600 },
      rollback: { automatic: true, timeout: 3600 },
    });
    const checks = Object.entries(service?.checks ?? {}).map(([event, list]) => [event, list?.map(({ name }) => name)]);
    expect(checks).toEqual([
      ['BeforeInstall', ['migrations']],
      ['BeforeAllowTraffic', ['alarms']],
      ['AfterAllowTraffic', ['canary']],
    ]);
  });
});
