/**
 * CodeDeploy's lifecycle events that can run a hook, over all compute platforms.
 * (docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html)
 */
export const codedeployLifecycleEvents = [
  'ApplicationStop',
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'ApplicationStart',
  'ValidateService',
  'BeforeBlockTraffic',
  'AfterBlockTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const;

export type CodedeployLifecycleEvent = (typeof codedeployLifecycleEvents)[number];
