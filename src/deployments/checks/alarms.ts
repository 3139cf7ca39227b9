import { type AlarmState, redAlarm } from '../../aws/alarms.ts';
import { AwsFailure } from '../../aws/failure.ts';
import type { DeploymentFacts } from '../../providers/provider.ts';
import type { Reason } from '../../reason.ts';
import type { Check, CheckResult } from './check.ts';
import type { CheckSettings } from './settings.ts';
import { unreachable } from './unreachable.ts';

interface Parts {
  /** The alarms that the service's configuration names. */
  readonly alarmsOfService: (service: string) => readonly string[];
  readonly alarmsOfGroup: (deployment: DeploymentFacts) => Promise<readonly string[]>;
  readonly alarmStates: (names: readonly string[]) => Promise<readonly AlarmState[]>;
}

/** Is none of the named CloudWatch alarms in ALARM? Named by the check, else the service, else the deployment group. */
export function createAlarmsCheck(parts: Parts): Check<CheckSettings['alarms']> {
  return async (settings, context) => {
    try {
      const configured = settings.names.length > 0 ? settings.names : parts.alarmsOfService(context.service);
      const names = configured.length > 0 ? configured : await parts.alarmsOfGroup(context.deployment);
      return judgeAlarms(names, names.length === 0 ? [] : await parts.alarmStates(names));
    } catch (cause) {
      if (!(cause instanceof AwsFailure)) throw cause;
      return unreachable('alarms', cause, settings.whenUnreachable, context);
    }
  };
}

/** The verdict on the alarms' states: pure. An alarm that does not exist is a mistake, and no pass. */
export function judgeAlarms(names: readonly string[], states: readonly AlarmState[]): CheckResult {
  if (names.length === 0) {
    const text = 'no alarms are named by the service or its deployment group, so none was asked';
    return { name: 'alarms', verdict: 'pass', reasons: [{ code: 'no-alarms-named', text }] };
  }
  const bad = names.flatMap((name): Reason[] => {
    const state = states.find((one) => one.name === name);
    if (state === undefined) {
      return [
        { code: 'alarm-missing', text: `alarm "${name}" does not exist in CloudWatch; correct its name`, alarm: name },
      ];
    }
    return state.state === 'ALARM' ? [redAlarm(state)] : [];
  });
  if (bad.length > 0) return { name: 'alarms', verdict: 'fail', reasons: bad };
  const told = states.map((state) => `${state.name} ${state.state}`).join(', ');
  return { name: 'alarms', verdict: 'pass', reasons: [{ code: 'alarms-quiet', text: `none is in ALARM: ${told}` }] };
}
