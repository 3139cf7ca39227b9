import { z } from 'zod';
import { canaryPolicy } from '../canary/policy.ts';
import { type CheckName, type ConfiguredCheck, configuredCheck } from '../deployments/checks/settings.ts';
import { strictObject } from '../input/strict-object.ts';
import { dialects, serverVersionPattern } from '../migrations/report.ts';
import { refuseServerVersion } from '../migrations/server-version.ts';
import { lintSettingsSchema } from '../migrations/settings-schema.ts';
import { codedeployLifecycleEvents } from '../providers/codedeploy/lifecycle-events.ts';
import type { DeploymentFacts } from '../providers/provider.ts';
import { durationWithin } from './duration.ts';

const defaultChecks: Readonly<Record<string, readonly CheckName[]>> = {
  BeforeInstall: ['migrations'],
  BeforeAllowTraffic: ['alarms'],
  AfterAllowTraffic: ['canary'],
};

const service = strictObject({
  name: z.string().min(1).max(200).optional(),
  codedeploy: strictObject({ application: z.string().min(1), deploymentGroup: z.string().min(1) }),
  database: strictObject({
    dialect: z.enum(dialects).default('postgresql'),
    version: z
      .string({ error: 'not a text; write it in quotes: "16"' })
      .regex(serverVersionPattern, 'not a version; write "16" or "10.11"')
      .optional(),
  })
    .superRefine(({ dialect, version }, context) => {
      const refusal = version === undefined ? undefined : refuseServerVersion(dialect, version);
      if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['version'], message: refusal });
    })
    .prefault({}),
  loadBalancer: z
    .string()
    .regex(/^app\/[^/]+\/[0-9a-f]+$/, 'not a load balancer; write app/NAME/ID, the end of its ARN')
    .optional(),
  alarms: z.array(z.string().min(1)).default([]),
  canary: canaryPolicy,
  checks: z
    .partialRecord(z.enum(codedeployLifecycleEvents), z.array(configuredCheck), {
      error: (issue) => {
        // zod's types leave this code out, its records raise it all the same
        const { code, keys = [] } = issue as { code: string; keys?: readonly string[] };
        if (code !== 'unrecognized_keys') return undefined;
        return `unknown lifecycle event ${keys.map((key) => `"${key}"`).join(', ')}; accepted: ${codedeployLifecycleEvents.join(', ')}`;
      },
    })
    .prefault(() => ({ ...defaultChecks }) as Record<string, CheckName[]>),
  rollback: strictObject({
    automatic: z.boolean().default(true),
    timeout: durationWithin('1s', '24h').prefault('1h'),
  }).prefault({}),
}).transform(({ name, codedeploy, ...rest }) => ({ name: name ?? codedeploy.application, codedeploy, ...rest }));

const limits = strictObject({
  bodyBytes: z
    .int()
    .min(1024)
    .max(100 * 1024 * 1024)
    .default(5 * 1024 * 1024),
  jsonDepth: z.int().min(4).max(1000).default(64),
  files: z.int().min(1).max(100_000).default(10_000),
  parseSeconds: z.number().min(0.1).max(600).default(60),
  waitSeconds: z.number().min(1).max(60).default(60),
}).prefault({});

/** safety-gate.yml, whole. Each feature brings the schema of its own part. */
export const configSchema = strictObject({
  $schema: z.string().optional(),
  services: z.array(service).default([]),
  lint: lintSettingsSchema.prefault({}),
  limits,
}).superRefine(({ services }, context) => {
  refuseRepeated(services, (one) => one.name, 'name', context);
  refuseRepeated(
    services,
    (one) => `${one.codedeploy.application}/${one.codedeploy.deploymentGroup}`,
    'codedeploy',
    context,
  );
});

export type Config = z.output<typeof configSchema>;
export type ServiceConfig = Config['services'][number];

/** The service whose deployment group a deployment is of; undefined when none is configured. */
export type ServiceOf = (
  deployment: Pick<DeploymentFacts, 'application' | 'deploymentGroup'>,
) => ServiceConfig | undefined;

/** The configuration of a gate without a file: no services, default limits. */
export function parseEmptyConfig(): Config {
  return configSchema.parse({});
}

/** The checks of a service at an event; an event that is not listed asks nothing. */
export function checksAt(config: ServiceConfig, lifecycleEvent: string): readonly ConfiguredCheck[] {
  return (config.checks as Readonly<Record<string, readonly ConfiguredCheck[]>>)[lifecycleEvent] ?? [];
}

/** True when the service has a canary check anywhere: then a watch runs beside the deployment. */
export function isWatched(config: ServiceConfig): boolean {
  return Object.values(config.checks).some((checks) => checks?.some((check) => check.name === 'canary'));
}

function refuseRepeated<T>(
  items: readonly T[],
  key: (item: T) => string,
  field: string,
  context: z.RefinementCtx,
): void {
  const first = new Map<string, number>();
  items.forEach((item, index) => {
    const value = key(item);
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, index);
    else {
      context.addIssue({
        code: 'custom',
        path: ['services', index, field],
        message: `"${value}" is taken by services[${earlier}]; each service needs its own`,
      });
    }
  });
}
