import { alarmOperations } from '../operations/cloudwatch-alarms.ts';
import { metricOperations } from '../operations/cloudwatch-metrics.ts';
import { deploymentOperations } from '../operations/codedeploy-deployments.ts';
import { groupOperations } from '../operations/codedeploy-groups.ts';
import { targetOperations } from '../operations/codedeploy-targets.ts';
import { ecsOperations } from '../operations/ecs.ts';
import type { Operation, Operations } from '../operations/operation.ts';

interface Service {
  /** What stands before the `#` of an error's `__type`. */
  readonly namespace: string;
  readonly operations: Operations;
}

/** By the first part of X-Amz-Target, as the SDK for JavaScript v3 sends it. */
const services: Readonly<Record<string, Service>> = {
  CodeDeploy_20141006: {
    namespace: 'com.amazonaws.codedeploy',
    operations: { ...deploymentOperations, ...targetOperations, ...groupOperations },
  },
  AmazonEC2ContainerServiceV20141113: { namespace: 'com.amazonaws.ecs', operations: ecsOperations },
  GraniteServiceVersion20100801: {
    namespace: 'com.amazonaws.cloudwatch',
    operations: { ...metricOperations, ...alarmOperations },
  },
};

export function findOperation(target: string): { readonly run: Operation; readonly namespace: string } | null {
  const [serviceName = '', operationName = ''] = target.split('.');
  const service = Object.hasOwn(services, serviceName) ? services[serviceName] : undefined;
  if (service === undefined || !Object.hasOwn(service.operations, operationName)) return null;
  const run = service.operations[operationName];
  return run === undefined ? null : { run, namespace: service.namespace };
}
