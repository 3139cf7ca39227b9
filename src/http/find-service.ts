import type { ServiceConfig } from '../config/schema.ts';
import { type Principal, requireService } from './auth.ts';
import { HttpProblem } from './problem.ts';

/**
 * The configured service of a name that the principal may touch.
 * @throws HttpProblem 403 for a service that is not the principal's; with `status` for one that is not configured
 */
export function findService(
  services: readonly ServiceConfig[],
  principal: Principal,
  name: string,
  status: 404 | 422,
): ServiceConfig {
  requireService(principal, name); // first: the refusal of an unknown name lists configured ones
  const service = services.find((one) => one.name === name);
  if (service !== undefined) return service;
  const seen = services.filter((one) => principal.services?.includes(one.name) ?? true);
  throw new HttpProblem(status, 'service-unknown', `service "${name}" is not in safety-gate.yml`, {
    errors: [{ path: 'service', message: `"${name}": not configured`, accepted: seen.map((one) => one.name) }],
  });
}
