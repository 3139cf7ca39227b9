import { z } from 'zod';
import { strictObject } from '../../input/strict-object.ts';

const outcome = z.enum(['fail', 'pass']);

/** What a check says when its source has not answered for a while: shut by default. */
const whenUnreachable = outcome.default('fail');

/** The settings of each check, as safety-gate.yml may give them. One line a check. */
export const checkSettings = {
  migrations: strictObject({
    missingReport: outcome.default('fail'),
    whenUnreachable,
    /** `allow`: the reasons say whether the code can go back. `require-safe`: a release that it cannot go back across fails. */
    rollback: z.enum(['allow', 'require-safe']).default('allow'),
  }).prefault({}),
  alarms: z
    .union([
      z.array(z.string().min(1)),
      strictObject({ names: z.array(z.string().min(1)).default([]), whenUnreachable }),
    ])
    .transform((value) => (Array.isArray(value) ? { names: value, whenUnreachable: 'fail' as const } : value))
    .prefault([]),
  canary: strictObject({}).prefault({}),
};

export type CheckName = keyof typeof checkSettings;
export const checkNames = Object.keys(checkSettings) as readonly CheckName[]; // the keys of the literal above

export type CheckSettings = { readonly [Name in CheckName]: z.output<(typeof checkSettings)[Name]> };

/** A check at an event, with its settings filled in. */
export type ConfiguredCheck = {
  [Name in CheckName]: { readonly name: Name; readonly settings: CheckSettings[Name] };
}[CheckName];

/** `migrations`, or `migrations: { missingReport: pass }` (an object with one key). */
export const configuredCheck = z
  .union(
    [
      z.enum(checkNames as readonly [CheckName, ...CheckName[]]),
      strictObject({ migrations: checkSettings.migrations }),
      strictObject({ alarms: checkSettings.alarms }),
      strictObject({ canary: checkSettings.canary }),
    ],
    {
      error: () => `not a check; write one of ${checkNames.join(', ')}, or one of these with its settings`,
    },
  )
  .transform((entry): ConfiguredCheck => {
    const [name, settings] =
      typeof entry === 'string' ? [entry, undefined] : (Object.entries(entry as object)[0] ?? []);
    const key = name as CheckName; // the union above let nothing else through
    return { name: key, settings: settings ?? checkSettings[key].parse(undefined) } as ConfiguredCheck;
  });
