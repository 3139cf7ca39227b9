import type { PeriodValues } from '../period-values.ts';
import { judgeFailedChecks } from './failed-checks.ts';
import { judgeMeasurements } from './measurements.ts';
import type { ThresholdSettings } from './settings.ts';
import type { ThresholdVerdict } from './verdict.ts';

/** The judge by thresholds at its newest look: a pure function of the settings and the numbers so far. */
export function judgeThresholds(
  settings: ThresholdSettings,
  values: readonly PeriodValues[],
  ended: boolean,
): ThresholdVerdict {
  switch (settings.style) {
    case 'ranges':
      return judgeFailedChecks(settings, values, ended);
    case 'conditions':
      return judgeMeasurements(settings.conditions, values, ended);
  }
}
