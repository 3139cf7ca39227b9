import { z } from 'zod';

// The objects that we write, as OASIS describes them in SARIF 2.1.0 with errata 01, section 3: every field of ours with its
// type, required ones required, and none that the standard does not know.

const text = z.strictObject({ text: z.string().min(1), markdown: z.string().optional() });
const level = z.enum(['none', 'note', 'warning', 'error']);

/** RFC 3986: no character that has to be encoded. */
const uri = z.string().regex(/^(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$/);

const region = z.strictObject({
  startLine: z.int().min(1),
  startColumn: z.int().min(1).optional(),
  endLine: z.int().min(1).optional(),
  snippet: z.strictObject({ text: z.string() }).optional(),
});

const location = z.strictObject({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri, uriBaseId: z.string().optional() }),
    region: region.optional(),
  }),
});

const reportingDescriptor = z.strictObject({
  id: z.string().min(1),
  name: z.string().optional(),
  shortDescription: text,
  fullDescription: text,
  help: text,
  defaultConfiguration: z.strictObject({ enabled: z.boolean(), level }),
  properties: z
    .looseObject({ tags: z.array(z.string()).refine((tags) => new Set(tags).size === tags.length) })
    .optional(),
});

const result = z.strictObject({
  ruleId: z.string(),
  ruleIndex: z.int().min(-1).optional(),
  level,
  message: text,
  locations: z.array(location).min(1),
  partialFingerprints: z.record(z.string(), z.string()).optional(),
  suppressions: z
    .array(
      z.strictObject({
        kind: z.enum(['inSource', 'external']),
        status: z.enum(['accepted', 'underReview', 'rejected']).optional(),
        justification: z.string().optional(),
      }),
    )
    .optional(),
});

export const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(reportingDescriptor),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ level, message: text, locations: z.array(location).optional() }),
          ),
        }),
      ),
      results: z.array(result),
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
});

export type SarifRun = z.output<typeof sarifLog>['runs'][number];
