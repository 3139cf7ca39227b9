import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECSClient } from '@aws-sdk/client-ecs';

export interface AwsClients {
  readonly codedeploy: CodeDeployClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ecs: ECSClient;
  /** Lets go of the connections; calls under way, and later ones, are rejected at once. */
  close(): void;
}

/**
 * The three SDK clients, with a limit on everything: 2 s to connect, 5 s an attempt, 4 attempts with the SDK's
 * exponential back-off and full jitter (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
 * Region, credentials and AWS_ENDPOINT_URL come from the environment, as for every AWS tool.
 */
export function createAwsClients(): AwsClients {
  const settings = {
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
    // The SDK throws "Region is missing" only when called; a gate without a region should say so in its answers, not die.
    ...(process.env.AWS_REGION === undefined && process.env.AWS_DEFAULT_REGION !== undefined
      ? { region: process.env.AWS_DEFAULT_REGION }
      : {}),
  };
  const closed = new AbortController();
  const codedeploy = new CodeDeployClient(settings);
  const cloudwatch = new CloudWatchClient(settings);
  const ecs = new ECSClient(settings);
  const clients = [codedeploy, cloudwatch, ecs];
  const place = { step: 'initialize', name: 'untilClosed' } as const; // outside of the SDK's retries
  codedeploy.middlewareStack.add(untilAborted(closed.signal), place);
  cloudwatch.middlewareStack.add(untilAborted(closed.signal), place);
  ecs.middlewareStack.add(untilAborted(closed.signal), place);
  return {
    codedeploy,
    cloudwatch,
    ecs,
    close() {
      closed.abort(new DOMException('the gate is stopping', 'AbortError'));
      for (const client of clients) client.destroy();
    },
  };
}

/** A call ends with the signal, whatever attempt or pause between attempts it is in. */
function untilAborted(signal: AbortSignal) {
  return <Args, Result>(next: (args: Args) => Promise<Result>) =>
    async (args: Args): Promise<Result> => {
      signal.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const give = () => aborted.reject(signal.reason);
      signal.addEventListener('abort', give, { once: true });
      try {
        return await Promise.race([next(args), aborted.promise]);
      } finally {
        signal.removeEventListener('abort', give);
      }
    };
}
