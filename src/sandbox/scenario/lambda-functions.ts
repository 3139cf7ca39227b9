import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { handler as afterAllowTestTraffic } from '../../../hooks/lambda/after-allow-test-traffic.ts';
import { handler as afterAllowTraffic } from '../../../hooks/lambda/after-allow-traffic.ts';
import { handler as afterInstall } from '../../../hooks/lambda/after-install.ts';
import { handler as beforeAllowTraffic } from '../../../hooks/lambda/before-allow-traffic.ts';
import { handler as beforeInstall } from '../../../hooks/lambda/before-install.ts';
import type { LambdaHandler } from '../../../hooks/lambda/gate-hook.ts';
import { readRevision } from '../model/appspec.ts';

const handlers = {
  BeforeInstall: beforeInstall,
  AfterInstall: afterInstall,
  AfterAllowTestTraffic: afterAllowTestTraffic,
  BeforeAllowTraffic: beforeAllowTraffic,
  AfterAllowTraffic: afterAllowTraffic,
} as const;

const ownAppSpec = new URL('../../../appspec.yml', import.meta.url);

/** The repository's own appspec.yml, with the task definition of a release in its place, as CI writes it. */
export function appSpecOf(taskDefinition: string): string {
  const document: unknown = parse(readFileSync(ownAppSpec, 'utf8'));
  const [resource] = (document as { Resources: { TargetService: { Properties: object } }[] }).Resources; // our own file
  Object.assign(resource?.TargetService.Properties ?? {}, { TaskDefinition: taskDefinition });
  return stringify(document);
}

/** The functions that our appspec.yml names, each with the handler that its entry file exports. */
export function lambdaFunctions(): readonly { readonly name: string; readonly handler: LambdaHandler }[] {
  const revision = readRevision(readFileSync(ownAppSpec, 'utf8'));
  if ('problem' in revision) throw new Error(`appspec.yml: ${revision.problem}`);
  return Object.entries(handlers).flatMap(([event, handler]) => {
    const name = revision.spec.hooks[event as keyof typeof handlers]; // a key of that very object
    return name === undefined ? [] : [{ name, handler }];
  });
}
