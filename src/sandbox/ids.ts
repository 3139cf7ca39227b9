import type { Random } from './random.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** `d-` and nine capitals or digits, as CodeDeploy writes deployment ids. */
export function newDeploymentId(random: Random): string {
  return `d-${Array.from({ length: 9 }, () => letters.charAt(Math.floor(random() * letters.length))).join('')}`;
}

/** Hook execution ids are long base64; 240 bytes make 320 characters, so that nobody puts one into a short column. */
export function newExecutionId(random: Random): string {
  return Buffer.from(Array.from({ length: 240 }, () => Math.floor(random() * 256))).toString('base64');
}

/** `ecs-svc/` and 19 digits, as ECS names the task sets that CodeDeploy makes. */
export function newTaskSetId(random: Random): string {
  return `ecs-svc/${Array.from({ length: 19 }, (_, at) => Math.floor(random() * (at === 0 ? 9 : 10)) + (at === 0 ? 1 : 0)).join('')}`;
}

/** Sixteen hexadecimal digits, as Elastic Load Balancing ends its ARNs. */
export function newHexId(random: Random): string {
  return Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join('');
}
