import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Reason } from '../reason.ts';
import { callAws } from './failure.ts';

/** A CloudWatch alarm, metric or composite, as DescribeAlarms tells it. */
export interface AlarmState {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  /** When it came into this state, RFC 3339; null when AWS does not say. */
  readonly since: string | null;
}

/** An alarm that is red, as a reason against a release. */
export function redAlarm({ name, since, reason }: AlarmState): Reason {
  const text = `alarm "${name}" is in ALARM since ${since ?? 'an unknown time'}: ${reason}`;
  return { code: 'alarm-in-alarm', text, alarm: name };
}

/** DescribeAlarms takes at most 100 names (its API page). */
const namesPerCall = 100;

/** The states of the named alarms; one that does not exist is left out. @throws AwsFailure */
export function createAlarmReader(
  client: CloudWatchClient,
): (names: readonly string[]) => Promise<readonly AlarmState[]> {
  return async (names) => {
    const states: AlarmState[] = [];
    for (let start = 0; start < names.length; start += namesPerCall) {
      const command = new DescribeAlarmsCommand({
        AlarmNames: names.slice(start, start + namesPerCall),
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: namesPerCall,
      });
      const answer = await callAws('DescribeAlarms', (abortSignal) => client.send(command, { abortSignal }));
      for (const alarm of [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])]) {
        states.push({
          name: alarm.AlarmName ?? '',
          state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
          reason: alarm.StateReason ?? 'no reason given',
          since: alarm.StateTransitionedTimestamp?.toISOString() ?? alarm.StateUpdatedTimestamp?.toISOString() ?? null,
        });
      }
    }
    return states;
  };
}
