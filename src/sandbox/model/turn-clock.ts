import { nextMoveAt, stepDeployment } from './lifecycle.ts';
import { publishPeriod } from './publish.ts';
import type { World } from './world.ts';

/** Turns the world's clock to a moment, stopping at each one in between at which something happens. */
export function advanceTo(world: World, target: number): void {
  settle(world);
  const periodMs = world.periodSeconds * 1000;
  while (world.now < target) {
    const periodEnd = (Math.floor(world.now / periodMs) + 1) * periodMs;
    const moves = world.deployments.map((deployment) => nextMoveAt(world, deployment) ?? target);
    world.now = Math.min(target, periodEnd, Math.max(world.now + 1, Math.min(target, ...moves)));
    // The period that ends now saw the traffic as it was before anything that happens now.
    if (world.now === periodEnd) publishPeriod(world, world.services, periodEnd);
    settle(world);
  }
}

/** Lets every deployment go as far as it can without more time. A rollback that one begins moves in the same turn. */
function settle(world: World): void {
  for (let at = 0; at < world.deployments.length; at++) {
    const deployment = world.deployments[at];
    if (deployment === undefined) return;
    // Eight events, two steps each, and the ending: more would be a fault of the state machine.
    let steps = 0;
    while (stepDeployment(world, deployment)) {
      if (++steps > 50) throw new Error(`${deployment.id} does not come to rest`);
    }
  }
}
