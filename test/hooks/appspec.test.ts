import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { codedeployLifecycleEvents } from '../../src/providers/codedeploy/lifecycle-events.ts';
import { readRevision } from '../../src/sandbox/model/appspec.ts';
import { appSpecOf, lambdaFunctions } from '../../src/sandbox/scenario/lambda-functions.ts';

describe('appspec.yml', () => {
  const revision = readRevision(readFileSync('appspec.yml', 'utf8'));
  const hooks = 'problem' in revision ? {} : revision.spec.hooks;

  test('is an ECS AppSpec whose hooks are names of Lambda functions, one for each entry file', () => {
    const entries = readdirSync('hooks/lambda').filter((name) => /^(before|after)-[a-z-]+\.ts$/.test(name));
    const named = Object.values(hooks).map((name) => `${name.replace('CodeDeployHook_safety-gate-', '')}.ts`);
    expect(named.toSorted()).toEqual(entries.toSorted());
    // What AWS's managed role for CodeDeploy may invoke, and what Lambda takes for a name (CreateFunction API page).
    for (const name of Object.values(hooks)) expect(name).toMatch(/^CodeDeployHook_[A-Za-z0-9_-]{1,49}$/);
  });

  test('has a function for each event, and no function for two', () => {
    const names = lambdaFunctions().map(({ name }) => name);
    expect(names).toHaveLength(5);
    expect(new Set(names)).toEqual(new Set(Object.values(hooks)));
  });

  test('takes the task definition of a release', () => {
    const released = readRevision(appSpecOf('arn:aws:ecs:eu-central-1:1:task-definition/payments:9'));
    expect(released).toMatchObject({ spec: { taskDefinition: expect.stringMatching(/payments:9$/), hooks } });
  });
});

describe('the AppSpec for servers in docs/appspec-ec2.md', () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(readFileSync('docs/appspec-ec2.md', 'utf8'))?.[1] ?? '';
  const spec: { os: string; hooks: Record<string, { location: string; timeout: number }[]> } = parse(text);

  test('names events that exist and scripts that can be run', () => {
    expect(spec.os).toBe('linux');
    for (const event of Object.keys(spec.hooks)) expect(codedeployLifecycleEvents).toContain(event);
    const ours = Object.values(spec.hooks)
      .flat()
      .filter(({ location }) => location.startsWith('hooks/'));
    expect(ours.length).toBeGreaterThan(0);
    for (const { location } of ours) accessSync(location, constants.X_OK);
  });

  test('gives our script more time than it takes for itself', () => {
    const timeouts = Object.values(spec.hooks)
      .flat()
      .filter(({ location }) => location.endsWith('gate-hook.sh'))
      .map(({ timeout }) => timeout);
    const own = Number(/SAFETY_GATE_TOTAL_SECONDS:-(\d+)/.exec(readFileSync('hooks/ec2/gate-hook.sh', 'utf8'))?.[1]);
    expect(Math.min(...timeouts)).toBeGreaterThan(own);
  });
});
