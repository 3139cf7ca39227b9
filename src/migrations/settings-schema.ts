import { z } from 'zod';
import { durationWithin } from '../config/duration.ts';
import { didYouMean } from '../input/nearest.ts';
import { strictObject } from '../input/strict-object.ts';
import { frameworks } from './frameworks/frameworks.ts';
import { severities } from './hazard.ts';
import { dialects, serverVersionPattern } from './report.ts';
import { rules } from './rules/rules.ts';

const ruleIds = rules.map(({ id }) => id);

/** Settings by rule; a name that is no rule is refused with the nearest ones. */
const ruleSettings = z.partialRecord(z.enum(ruleIds), z.enum(['off', ...severities]), {
  error: (issue) => {
    // zod's types leave this code out, its records raise it all the same
    const { code, keys = [] } = issue as { code: string; keys?: readonly string[] };
    if (code !== 'unrecognized_keys') return undefined;
    const said = keys.map((key) => `"${key}"${didYouMean(key, ruleIds)}`).join(', ');
    return `unknown rule ${said}; "safety-gate rules" lists them`;
  },
});

const glob = z.string().min(1).max(1000);

const path = strictObject({
  match: glob,
  rules: ruleSettings.optional(),
  ignore: z.boolean().optional(),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false; // ECMA-402: the one error for a name that is no zone
    throw error;
  }
}

const table = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^*?]+$/, 'no patterns; write the name of a table, or schema.table');

/** The part `lint` of safety-gate.yml. */
export const lintSettingsSchema = strictObject({
  framework: z.enum(frameworks.map(({ id }) => id)).optional(),
  dialect: z.enum(dialects).optional(),
  serverVersion: z
    .string({ error: 'not a text; write it in quotes: "16"' })
    .regex(serverVersionPattern, 'not a version; write "16" or "10.11"')
    .optional(),
  timeZone: z
    .string()
    .refine(isTimeZone, {
      error: (issue) => `"${issue.input}": not a time zone; write UTC, or a name such as Europe/Berlin`,
    })
    .optional(),
  searchPath: z.array(z.string().min(1).max(63)).min(1).optional(),
  lockTimeout: durationWithin('0s', '1d')
    .transform((seconds) => seconds * 1000)
    .optional(),
  rules: ruleSettings.optional(),
  info: z.boolean().optional(),
  paths: z.array(path).max(1000).optional(),
  exclude: z.array(glob).max(1000).optional(),
  ignoreTables: z.array(table).max(1000).optional(),
  baseline: z.string().min(1).optional(),
  applicationOrder: z.array(z.array(table).min(2)).max(100).optional(),
});

export type LintConfig = z.output<typeof lintSettingsSchema>;

const finding = strictObject({
  path: z.string().min(1),
  rule: z.string().min(1),
  fingerprint: z.string().min(1),
  statement: z.string().optional(),
});

/** A baseline file, as `lint --write-baseline` writes it. Rules that are gone since are let through: their entries are stale. */
export const baselineSchema = strictObject({
  version: z.literal(1),
  findings: z.array(finding).max(1_000_000),
});
