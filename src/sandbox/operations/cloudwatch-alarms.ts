import { z } from 'zod';
import { arns } from '../arns.ts';
import { setAlarm } from '../model/set-alarm.ts';
import type { Alarm } from '../model/world.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Operations, operation, page, seconds } from './operation.ts';

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

// docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
const describeAlarms = operation(
  z.object({
    AlarmNames: z.array(z.string()).max(100).optional(),
    AlarmNamePrefix: z.string().optional(),
    StateValue: z.enum(states).optional(),
    MaxRecords: z.int().min(1).max(100).default(50),
    NextToken: z.string().optional(),
  }),
  (world, input) => {
    const found = [...world.alarms.values()]
      .filter(({ name }) => input.AlarmNames === undefined || input.AlarmNames.includes(name))
      .filter(({ name }) => name.startsWith(input.AlarmNamePrefix ?? ''))
      .filter(({ state }) => state === (input.StateValue ?? state));
    const { items, next } = page(found, input.NextToken, input.MaxRecords);
    return {
      MetricAlarms: items.map(alarmShape),
      CompositeAlarms: [],
      ...(next.nextToken === undefined ? {} : { NextToken: next.nextToken }),
    };
  },
);

function alarmShape(alarm: Alarm): object {
  return {
    AlarmName: alarm.name,
    AlarmArn: arns.alarm(alarm.name),
    ActionsEnabled: true,
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: seconds(alarm.updatedAt),
    StateTransitionedTimestamp: seconds(alarm.transitionedAt),
  };
}

const setAlarmState = operation(
  z.object({ AlarmName: z.string(), StateValue: z.enum(states), StateReason: z.string() }),
  (world, { AlarmName, StateValue, StateReason }) => {
    if (!world.alarms.has(AlarmName)) throw new AwsError('ResourceNotFound', `there is no alarm ${AlarmName}`);
    setAlarm(world, AlarmName, StateValue, StateReason);
    return {};
  },
);

export const alarmOperations: Operations = { DescribeAlarms: describeAlarms, SetAlarmState: setAlarmState };
