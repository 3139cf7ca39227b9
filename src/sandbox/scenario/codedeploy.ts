import {
  CodeDeployClient,
  CreateDeploymentCommand,
  type DeploymentInfo,
  GetDeploymentCommand,
} from '@aws-sdk/client-codedeploy';

/** CodeDeploy as a CI job uses it, through the real SDK. */
export interface CodeDeploy {
  /** @returns the deployment's id */
  deploy(place: Place, appSpec: string): Promise<string>;
  read(deploymentId: string): Promise<DeploymentInfo>;
  close(): void;
}

export interface Place {
  readonly application: string;
  readonly deploymentGroup: string;
}

export function createCodeDeploy(endpoint: string): CodeDeploy {
  const client = new CodeDeployClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  return {
    async deploy({ application, deploymentGroup }, appSpec) {
      const command = new CreateDeploymentCommand({
        applicationName: application,
        deploymentGroupName: deploymentGroup,
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec } },
      });
      const { deploymentId } = await client.send(command);
      if (deploymentId === undefined) throw new Error('CodeDeploy answered CreateDeployment without an id');
      return deploymentId;
    },
    async read(deploymentId) {
      const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId }));
      if (deploymentInfo === undefined) throw new Error(`CodeDeploy answered nothing about ${deploymentId}`);
      return deploymentInfo;
    },
    close: () => client.destroy(),
  };
}

/** Created, Queued, InProgress, Baking and Ready have not ended. (DeploymentInfo API page) */
export function hasEnded({ status }: DeploymentInfo): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Stopped';
}
