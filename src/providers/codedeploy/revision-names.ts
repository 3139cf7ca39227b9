import { createHash } from 'node:crypto';
import { parse } from 'yaml';

/** What an ECS AppSpec deploys, and the container that takes the traffic. */
export interface AppSpecTarget {
  readonly taskDefinition: string;
  readonly container: string | null;
}

/**
 * The target of an ECS AppSpec; null when the text holds none.
 * (docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html)
 */
export function appSpecTarget(appSpec: string): AppSpecTarget | null {
  let document: unknown;
  try {
    document = parse(appSpec);
  } catch {
    return null; // AppSpec of another shape: the revision then has no image to go by
  }
  const resources = (document as { Resources?: unknown } | null)?.Resources ?? [];
  for (const resource of Array.isArray(resources) ? resources : []) {
    for (const service of Object.values(resource ?? {})) {
      const properties = (service as { Properties?: Record<string, unknown> } | null)?.Properties;
      const { TaskDefinition: taskDefinition, LoadBalancerInfo: balancer } = properties ?? {};
      const container = (balancer as { ContainerName?: unknown } | undefined)?.ContainerName;
      if (typeof taskDefinition === 'string') {
        return { taskDefinition, container: typeof container === 'string' ? container : null };
      }
    }
  }
  return null;
}

/** `repo/payments:42@sha256:ab…` goes by `42`, `sha256:ab…`, and by its full name. */
export function imageNames(image: string): readonly string[] {
  const [named = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(named)?.[1];
  return [tag, digest, image].filter((name): name is string => name !== undefined);
}

/** The revision's own names, without asking AWS: commit id, S3 version and etag, AppSpec checksum. */
export function storedRevisionNames(revision: Readonly<Record<string, unknown>>): readonly string[] {
  const { gitHubLocation, s3Location, appSpecContent, string } = revision as {
    gitHubLocation?: { commitId?: string };
    s3Location?: { version?: string; eTag?: string };
    appSpecContent?: { sha256?: string; content?: string };
    string?: { sha256?: string };
  };
  const content = appSpecContent?.content;
  const names = [
    gitHubLocation?.commitId,
    s3Location?.version,
    s3Location?.eTag,
    appSpecContent?.sha256 ?? string?.sha256,
    content === undefined ? undefined : createHash('sha256').update(content).digest('hex'),
  ].filter((name): name is string => typeof name === 'string' && name !== '');
  return [...new Set(names)];
}

/** The S3 key: often the same for every revision, so it names one only where nothing better does. */
export function objectKey(revision: Readonly<Record<string, unknown>>): readonly string[] {
  const { s3Location } = revision as { s3Location?: { key?: string } };
  return s3Location?.key === undefined ? [] : [s3Location.key];
}
