import { describe, expect, test } from '@jest/globals';
import {
  appSpecTarget,
  imageNames,
  objectKey,
  storedRevisionNames,
} from '../../src/providers/codedeploy/revision-names.ts';
import { trafficOf } from '../../src/providers/codedeploy/traffic.ts';

const yaml = `
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:eu-central-1:1:task-definition/payments:42"
        LoadBalancerInfo: { ContainerName: app, ContainerPort: 8080 }
`;

describe('what a revision is called', () => {
  test.each([
    ['registry:5000/payments:42', ['42', 'registry:5000/payments:42']],
    ['payments@sha256:ab', ['sha256:ab', 'payments@sha256:ab']],
    ['payments:42@sha256:ab', ['42', 'sha256:ab', 'payments:42@sha256:ab']],
    ['registry:5000/payments', ['registry:5000/payments']],
  ])('image %s', (image, names) => {
    expect(imageNames(image)).toEqual(names);
  });

  test.each([
    ['YAML', yaml, { taskDefinition: 'arn:aws:ecs:eu-central-1:1:task-definition/payments:42', container: 'app' }],
    ['an AppSpec of servers', 'version: 0.0\nos: linux\n', null],
    ['no YAML', '{{{', null],
    ['nothing', '', null],
  ])('AppSpec: %s', (_name, text, target) => {
    expect(appSpecTarget(text)).toEqual(target);
  });

  test('a checksum that is given and worked out is one name; the key of a bucket stands apart', () => {
    const sha256 = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881'; // of "x"
    expect(storedRevisionNames({ appSpecContent: { sha256, content: 'x' } })).toEqual([sha256]);
    const s3Location = { key: 'payments.zip', version: 'v7', eTag: 'e1' };
    expect([storedRevisionNames({ s3Location }), objectKey({ s3Location })]).toEqual([['v7', 'e1'], ['payments.zip']]);
    expect(storedRevisionNames({ gitHubLocation: { commitId: 'c0ffee' } })).toEqual(['c0ffee']);
  });
});

describe('where the traffic is', () => {
  const place = { cluster: 'c', service: 's' };
  const blue = { taskSetLabel: 'Blue', trafficWeight: 90, targetGroup: { name: 'tg-a' } } as const;
  const green = { taskSetLabel: 'Green', trafficWeight: 10, targetGroup: { name: 'tg-b' } } as const;

  test('blue is the baseline, green the canary, in whatever order they are told', () => {
    expect(trafficOf([green, blue], place)).toMatchObject({
      baseline: { weight: 90, targetGroup: 'tg-a' },
      canary: { weight: 10, targetGroup: 'tg-b' },
    });
  });

  test('an unknown weight is not zero', () => {
    expect(trafficOf([blue, { taskSetLabel: 'Green' }], place)).toBeNull();
    expect(trafficOf([blue], place)).toBeNull();
    expect(trafficOf([], place)).toBeNull();
  });
});
