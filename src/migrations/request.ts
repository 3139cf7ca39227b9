import { z } from 'zod';
import { strictObject } from '../input/strict-object.ts';
import { mysqlLockModes, postgresLockModes, relationKinds } from './effects.ts';
import { frameworks } from './frameworks/frameworks.ts';
import { severities } from './hazard.ts';
import { dialects, serverVersionPattern } from './report.ts';
import { downVerdicts, previousVersionVerdicts, unknownRollback } from './rollback-safety/verdict.ts';

export const maxFiles = 10_000;

const serverVersion = z.string().max(20).regex(serverVersionPattern, 'write a version such as "16" or "8.0"');

const file = strictObject({ path: z.string().min(1).max(1000), sql: z.string() });

/** The files of a request, at most so many. */
export function sqlFiles(most: number) {
  return z
    .array(file)
    .min(1)
    .max(most)
    .describe('migrations, and the small files beside them that say how they run: sql is the text of either');
}

/** What ran before the files of a request, at most so many. */
export function pastFiles(most: number) {
  return z.array(file).max(most).describe('migrations that ran before, replayed and not judged').optional();
}

/** The migration framework of a request. */
export const frameworkId = z
  .enum(frameworks.map(({ id }) => id))
  .describe('found by paths and texts where it is not given')
  .optional();

/** Body of POST /v1/migrations/lint. Unknown fields are refused. */
export const lintRequestSchema = z.strictObject({
  dialect: z.enum(dialects).optional(),
  serverVersion: serverVersion.optional(),
  framework: frameworkId,
  files: sqlFiles(maxFiles),
  history: pastFiles(maxFiles),
  applicationOrder: z
    .array(z.array(z.string().min(1).max(200)).min(2).max(100))
    .max(100)
    .optional(),
});

const why = { reason: z.string(), source: z.string() };
const work = z.looseObject({ relation: z.string(), index: z.string().optional(), ...why });
const count = z.int().nonnegative();
const sharedEffects = {
  rewrites: z.array(work),
  scans: z.array(work),
  indexBuilds: z.array(work),
  // reports of older versions have none
  losses: z.array(z.looseObject({ what: z.enum(['data', 'object']), object: z.string(), ...why })).default([]),
  transaction: z.enum(['allowed', 'forbidden']),
};
const kind = z.enum(relationKinds);

const effects = z.discriminatedUnion('engine', [
  z.looseObject({
    engine: z.literal('postgresql'),
    locks: z.array(
      z.looseObject({
        relation: z.string(),
        mode: z.enum(postgresLockModes),
        kind,
        ...why,
        when: z.literal('rows').optional(),
      }),
    ),
    ...sharedEffects,
  }),
  z.looseObject({
    engine: z.literal('mysql'),
    locks: z.array(
      z.looseObject({
        relation: z.string(),
        mode: z.enum(mysqlLockModes),
        kind,
        held: z.enum(['briefly', 'throughout']),
        ...why,
      }),
    ),
    algorithm: z.enum(['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']).optional(),
    concurrency: z.enum(['NONE', 'SHARED', 'EXCLUSIVE']).optional(),
    ...sharedEffects,
  }),
]);

const position = { line: z.int().positive(), column: z.int().positive() };

const hazard = z.looseObject({
  rule: z.string(),
  severity: z.enum(severities),
  message: z.string(),
  ...position,
  fix: z.string(),
  remedy: z.array(z.looseObject({ sql: z.string(), transaction: z.enum(['inside', 'outside']) })).optional(),
  docs: z.string(),
  fingerprint: z.string().default(''), // as above
  acknowledged: z.string().min(1).optional(),
  acknowledgedBy: z.enum(['comment', 'baseline']).optional(),
});

const statementFields = z.looseObject({
  index: count,
  line: z.int().positive(),
  endLine: z.int().positive().optional(),
  kind: z.string(),
  analysis: z.enum(['static', 'opaque']),
  opaqueReason: z.string().optional(),
  effects,
  hazards: z.array(hazard),
});

// reports of older versions have no endLine
const statement = statementFields.transform(({ endLine, ...rest }) => ({ ...rest, endLine: endLine ?? rest.line }));
const place = { path: z.string(), line: z.int().positive() };

const transaction = z.looseObject({
  files: z.array(z.string()),
  statements: z.array(z.looseObject(place)),
  locks: z.array(
    z.looseObject({
      relation: z.string(),
      mode: z.enum(postgresLockModes),
      kind,
      ...place,
      existedBefore: z.boolean(),
      heldWhile: z.array(z.looseObject({ ...place, what: z.string() })),
    }),
  ),
  order: z.array(z.string()),
});
/** Reports of older versions say nothing of the way back: then nothing is known. */
const rollback = z
  .looseObject({
    previousVersion: z.enum(previousVersionVerdicts),
    reasons: z.array(
      z.looseObject({
        path: z.string(),
        line: z.int().positive(),
        what: z.string(),
        effect: z.enum(['breaks', 'unknown', 'note']),
        object: z.string(),
        text: z.string(),
      }),
    ),
    down: z.enum(downVerdicts),
    downProblems: z.array(z.string()),
    downLosses: z.array(
      z.looseObject({ path: z.string(), line: z.int().positive(), object: z.string(), reason: z.string() }),
    ),
    split: z.array(
      z.looseObject({
        phase: z.enum(['expand', 'contract']),
        sql: z.string(),
        transaction: z.enum(['inside', 'outside']),
      }),
    ),
  })
  .default(() => ({ ...unknownRollback(), reasons: [], downProblems: [], downLosses: [], split: [] }));

/**
 * A ready report, as a CI job posts it: what `safety-gate lint --format json` printed. Fields of newer versions are let
 * through; whoever trusts it should work out the verdict with `summarise` and `verdictOf` instead of believing it.
 */
export const lintReportSchema = z.looseObject({
  version: z.literal(1),
  dialect: z.enum(dialects),
  serverVersion,
  timeZone: z.string().min(1).max(100),
  framework: z.string().default('plain'),
  files: z
    .array(
      z.looseObject({
        path: z.string().min(1),
        error: z.looseObject({ message: z.string(), ...position }).optional(),
        statements: z.array(statement),
        rollback,
      }),
    )
    .max(maxFiles),
  problems: z.array(z.looseObject({ path: z.string(), message: z.string() })).default([]),
  // reports of older versions have none
  transactions: z.array(transaction).default([]),
  summary: z.looseObject({
    files: count,
    unreadable: count,
    statements: count,
    opaque: count,
    errors: count,
    warnings: count,
    infos: count.default(0),
    acknowledged: count,
  }),
  rollback,
  verdict: z.enum(['pass', 'fail']),
});
