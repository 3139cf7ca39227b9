import type { ECSTaskSet } from '@aws-sdk/client-codedeploy';
import type { Traffic } from '../provider.ts';

/**
 * Which task set is baseline and which is canary. Blue is the one that served before, Green the one being let in;
 * where labels are missing, CodeDeploy's PRIMARY served before.
 * (docs.aws.amazon.com/codedeploy/latest/APIReference/API_ECSTaskSet.html)
 */
export function trafficOf(
  taskSets: readonly ECSTaskSet[],
  place: { cluster: string | null; service: string | null },
): Traffic {
  const green =
    taskSets.find((set) => set.taskSetLabel === 'Green') ?? taskSets.find((set) => set.status !== 'PRIMARY');
  const blue = taskSets.find((set) => set.taskSetLabel === 'Blue') ?? taskSets.find((set) => set !== green);
  return { baseline: side(blue), canary: side(green), ...place };
}

function side(set: ECSTaskSet | undefined): Traffic['canary'] {
  return { weight: set?.trafficWeight ?? 0, targetGroup: set?.targetGroup?.name ?? null };
}
