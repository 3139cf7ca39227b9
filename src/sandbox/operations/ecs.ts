import { z } from 'zod';
import { arns } from '../arns.ts';
import type { EcsService } from '../model/group.ts';
import type { TaskSet } from '../model/task-set.ts';
import type { World } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Operations, operation, seconds } from './operation.ts';

// Shapes: docs.aws.amazon.com/AmazonECS/latest/APIReference. A name may be given as an ARN, whose last part it is.
const nameOf = (nameOrArn: string): string => nameOrArn.split('/').at(-1) ?? nameOrArn;

function servicesOf(world: World, cluster: string): readonly EcsService[] {
  const services = world.services.filter((service) => service.cluster === nameOf(cluster));
  if (services.length === 0) throw new AwsError('ClusterNotFoundException', `Cluster not found: ${cluster}`);
  return services;
}

function taskSetsOf(service: EcsService): readonly TaskSet[] {
  return service.secondary === null ? [service.primary] : [service.primary, service.secondary];
}

const describeServices = operation(
  z.object({ cluster: z.string().default('default'), services: z.array(z.string()).min(1).max(10) }),
  (world, { cluster, services }) => {
    const known = servicesOf(world, cluster);
    const found = services.flatMap((name) => known.find((service) => service.name === nameOf(name)) ?? []);
    const missing = services.filter((name) => !known.some((service) => service.name === nameOf(name)));
    return {
      services: found.map((service) => serviceShape(service)),
      failures: missing.map((name) => ({ arn: arns.service(nameOf(cluster), nameOf(name)), reason: 'MISSING' })),
    };
  },
);

const describeTaskSets = operation(
  z.object({ cluster: z.string(), service: z.string(), taskSets: z.array(z.string()).optional() }),
  (world, input) => {
    const service = servicesOf(world, input.cluster).find(({ name }) => name === nameOf(input.service));
    if (service === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
    const wanted = input.taskSets;
    const taskSets = taskSetsOf(service).filter(
      ({ id, arn }) => wanted === undefined || [id, arn].some((name) => wanted.includes(name)),
    );
    return { taskSets: taskSets.map((taskSet) => taskSetShape(service, taskSet)), failures: [] };
  },
);

/** By ARN, by `family:revision`, or by family alone, which is its newest revision. (API_DescribeTaskDefinition) */
const describeTaskDefinition = operation(z.object({ taskDefinition: z.string() }), (world, { taskDefinition }) => {
  const name = nameOf(taskDefinition);
  const found = [...world.taskDefinitions.values()].findLast(
    ({ family, revision }) => name === family || name === `${family}:${revision}`,
  );
  if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
  return {
    taskDefinition: {
      taskDefinitionArn: found.arn,
      family: found.family,
      revision: found.revision,
      status: 'ACTIVE',
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: found.containerName,
          image: found.image,
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
        },
      ],
      registeredAt: seconds(found.registeredAt),
    },
    tags: [],
  };
});

function serviceShape(service: EcsService): object {
  return {
    serviceArn: arns.service(service.cluster, service.name),
    serviceName: service.name,
    clusterArn: arns.cluster(service.cluster),
    status: 'ACTIVE',
    desiredCount: service.desiredCount,
    runningCount: service.desiredCount,
    pendingCount: 0,
    deploymentController: { type: 'CODE_DEPLOY' },
    taskDefinition: service.primary.taskDefinition,
    taskSets: taskSetsOf(service).map((taskSet) => taskSetShape(service, taskSet)),
    loadBalancers: loadBalancersOf(service, service.primary),
  };
}

function taskSetShape(service: EcsService, taskSet: TaskSet): object {
  return {
    id: taskSet.id,
    taskSetArn: taskSet.arn,
    serviceArn: arns.service(service.cluster, service.name),
    clusterArn: arns.cluster(service.cluster),
    status: taskSet.status,
    taskDefinition: taskSet.taskDefinition,
    computedDesiredCount: service.desiredCount,
    runningCount: service.desiredCount,
    pendingCount: 0,
    createdAt: seconds(taskSet.createdAt),
    updatedAt: seconds(taskSet.trafficSince ?? taskSet.createdAt),
    loadBalancers: loadBalancersOf(service, taskSet),
    scale: { value: 100, unit: 'PERCENT' },
    stabilityStatus: 'STEADY_STATE',
  };
}

function loadBalancersOf(service: EcsService, taskSet: TaskSet): readonly object[] {
  return [{ targetGroupArn: taskSet.targetGroup.arn, containerName: service.containerName, containerPort: 8080 }];
}

export const ecsOperations: Operations = {
  DescribeServices: describeServices,
  DescribeTaskSets: describeTaskSets,
  DescribeTaskDefinition: describeTaskDefinition,
};
