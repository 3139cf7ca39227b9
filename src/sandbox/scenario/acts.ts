import type { DeploymentStory } from '../../deployments/story.ts';
import type { Act, Stage } from './act.ts';
import {
  badPeriodsAtDecision,
  isPromoted,
  isRolledBackByTheJudge,
  isRolledBackByTheOperator,
  isStoppedByItsMigration,
} from './expectations.ts';
import { releases } from './releases.ts';

/** Looks of the canary watch after which the operator of release 44 has heard enough from customers. */
const looksBeforeTheCall = 2;

export function createActs(): readonly Act[] {
  return [
    {
      heading: 'Release 41: clean. It should be promoted.',
      release: releases.release41,
      expect: isPromoted,
    },
    {
      heading:
        'Release 42: its migration rewrites payments under AccessExclusiveLock. It should be stopped at BeforeInstall.',
      release: releases.release42,
      expect: isStoppedByItsMigration,
    },
    {
      heading: 'Release 43: leaks connections. The judge should roll it back within two data points of the leak.',
      release: releases.release43,
      expect: isRolledBackByTheJudge,
      remark: ({ story }) =>
        `data points of the leak that the judge had when it decided: ${badPeriodsAtDecision(story)}`,
    },
    {
      heading: 'Release 44: looks fine, and yet an operator wants it gone. It should be rolled back once.',
      release: releases.release44,
      ...operatorRollsBack(),
    },
  ];
}

/** The operator's call, sent twice with one key, as a client does that got no answer in time. */
function operatorRollsBack(): Pick<Act, 'meanwhile' | 'expect' | 'remark'> {
  const answered = new Set<string>();
  return {
    async meanwhile({ gate, timeline }: Stage, story: DeploymentStory) {
      if ((story.watch?.looks.length ?? 0) < looksBeforeTheCall) return false;
      const reason = 'customers see the wrong currency on their receipts';
      timeline.say('operator', 'POST /rollback with an Idempotency-Key, twice', [`reason: ${reason}`]);
      const key = `receipts-${story.id}`;
      const [first, second] = await Promise.all([
        gate.rollBack(story.id, reason, key),
        gate.rollBack(story.id, reason, key),
      ]);
      answered.add(first.id).add(second.id);
      timeline.say('gate', `answers both with ${[...answered].join(' and ')}`);
      return true;
    },
    remark: ({ story }) => `rollbacks of ${story.id} after two calls: ${story.rollbacks.length}`,
    expect: (record) => [
      ...(answered.size === 1 ? [] : [`the two calls were answered with ${answered.size} rollbacks, not with one`]),
      ...isRolledBackByTheOperator(record),
    ],
  };
}
