import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { z } from 'zod';

/** The five events of an ECS deployment at which a Lambda function may be called. (AppSpec 'hooks' section) */
export const hookEvents = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const;
export type HookEvent = (typeof hookEvents)[number];
export type Hooks = Readonly<Partial<Record<HookEvent, string>>>;

export interface AppSpec {
  readonly taskDefinition: string;
  readonly hooks: Hooks;
}

/** An AppSpec as CodeDeploy keeps it: only the checksum comes back from GetDeployment. */
export interface Revision {
  readonly content: string;
  readonly sha256: string;
  readonly spec: AppSpec;
}

// docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
const schema = z.object({
  Resources: z
    .array(z.object({ TargetService: z.object({ Properties: z.object({ TaskDefinition: z.string().min(1) }) }) }))
    .min(1),
  Hooks: z.array(z.partialRecord(z.enum(hookEvents), z.string().min(1))).default([]),
});

/** The revision that a text makes, or a sentence that says why it makes none. */
export function readRevision(content: string): Revision | { readonly problem: string } {
  let document: unknown;
  try {
    document = parse(content);
  } catch (cause) {
    return { problem: `the AppSpec is neither JSON nor YAML: ${String(cause)}` };
  }
  const result = schema.safeParse(document);
  const taskDefinition = result.data?.Resources[0]?.TargetService.Properties.TaskDefinition;
  if (!result.success || taskDefinition === undefined) {
    return { problem: `not an ECS AppSpec: ${result.error === undefined ? '' : z.prettifyError(result.error)}` };
  }
  return revisionOf(content, { taskDefinition, hooks: Object.assign({}, ...result.data.Hooks) });
}

export function writeRevision(spec: AppSpec & { readonly containerName: string }): Revision {
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: spec.taskDefinition,
            LoadBalancerInfo: { ContainerName: spec.containerName, ContainerPort: 8080 },
          },
        },
      },
    ],
    Hooks: Object.entries(spec.hooks).map(([event, name]) => ({ [event]: name })),
  });
  return revisionOf(content, { taskDefinition: spec.taskDefinition, hooks: spec.hooks });
}

function revisionOf(content: string, spec: AppSpec): Revision {
  return { content, sha256: createHash('sha256').update(content).digest('hex'), spec };
}
