import type { ECSTaskSet } from '@aws-sdk/client-codedeploy';
import type { Traffic } from '../provider.ts';

/**
 * Which task set is baseline and which is canary. Blue is the one that served before, Green the one being let in;
 * where labels are missing, CodeDeploy's PRIMARY served before. Null while there are not two sides with known weights.
 * (docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTaskSet.html)
 */
export function trafficOf(
  taskSets: readonly ECSTaskSet[],
  place: { cluster: string | null; service: string | null },
): Traffic | null {
  const bare = taskSets.filter((set) => set.taskSetLabel === undefined);
  const green = taskSets.find((set) => set.taskSetLabel === 'Green') ?? bare.find((set) => set.status !== 'PRIMARY');
  const blue = taskSets.find((set) => set.taskSetLabel === 'Blue') ?? bare.find((set) => set !== green);
  const baseline = side(blue);
  const canary = side(green);
  return baseline === null || canary === null ? null : { baseline, canary, ...place };
}

/** An unknown weight is not zero: nothing is known of that side. */
function side(set: ECSTaskSet | undefined): Traffic['canary'] | null {
  if (set?.trafficWeight === undefined) return null;
  return { weight: set.trafficWeight, targetGroup: set.targetGroup?.name ?? null, tasks: set.runningCount ?? null };
}
