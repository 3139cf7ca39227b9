import type { Catalog } from '../catalog/catalog.ts';
import { qualifiedName, type Relation } from '../catalog/relation.ts';
import type { DownMigration, SqlFile } from '../input.ts';
import { followRelease, type PlacedDifference } from '../rollback-safety/follow-release.ts';
import { type DownJudgement, judgeDown, type Missing, madeBy, type UpRecord } from '../rollback-safety/judge-down.ts';
import {
  mostReasons,
  previousVersionOf,
  type RollbackReason,
  type RollbackSafety,
  type SplitStep,
  unreadRollback,
} from '../rollback-safety/verdict.ts';
import type { AnalysedFile, FileFacts } from '../statement.ts';
import type { NeedsParser } from './parse.ts';
import type { Observe } from './session.ts';

/** Plays a file on the catalog. */
type Play = (file: SqlFile, observe?: Observe) => NeedsParser<FileFacts>;

/** A release as it is played, and then its way back. */
export interface FollowedRollback {
  file(file: SqlFile): NeedsParser<FileFacts>;
  /** The files with their verdicts. Plays the down migrations, the last first, so the catalog is of no use afterwards. */
  judge(files: readonly FileFacts[]): NeedsParser<readonly AnalysedFile[]>;
}

interface PlayedFile {
  readonly file: SqlFile;
  readonly facts: FileFacts;
  readonly up: UpRecord;
}

function reasonOf({ what, effect, object, text, place }: PlacedDifference): RollbackReason {
  return { ...place, what, effect, object, text };
}

/** A reason for each thing, those that break first; the split once, step by step. */
function safetyOf(differences: readonly PlacedDifference[], down: DownJudgement): RollbackSafety {
  const rank = { breaks: 0, unknown: 1, note: 2 };
  const sorted = differences.toSorted(
    (one, other) => rank[one.effect] - rank[other.effect] || one.place.line - other.place.line,
  );
  const steps = sorted.slice(0, mostReasons).flatMap(({ split }) => split);
  const distinct = [...new Map(steps.map((step): [string, SplitStep] => [step.sql, step])).values()];
  return {
    previousVersion: previousVersionOf(differences),
    reasons: sorted.slice(0, mostReasons).map(reasonOf),
    ...down,
    split: [
      ...distinct.filter(({ phase }) => phase === 'expand'),
      ...distinct.filter(({ phase }) => phase === 'contract'),
    ],
  };
}

function* playDown(migration: DownMigration, up: UpRecord, catalog: Catalog, play: Play): NeedsParser<DownJudgement> {
  const made = madeBy(up, catalog);
  const missing: Missing[] = [];
  const assumed = catalog.assumedRelations.length;
  let seen = assumed;
  const facts = yield* play(
    { path: migration.path, sql: migration.sql, parts: migration.parts },
    (statement, touched) => {
      const { line } = statement;
      for (; seen < catalog.assumedRelations.length; seen += 1) {
        const given = catalog.assumedRelations[seen];
        // Without the whole history a relation that no file made may be there all the same.
        if (given !== undefined && catalog.complete) missing.push({ line, object: qualifiedName(given) });
      }
      for (const relation of touched) {
        for (const column of relation.missingColumns)
          missing.push({ line, object: `column ${qualifiedName(relation)}.${column}` });
        relation.missingColumns.clear();
      }
    },
  );
  return judgeDown(facts, up, catalog, { made, missing });
}

const nothingToUndo: DownJudgement = { down: 'present', downProblems: [], downLosses: [] };
const noDown: DownJudgement = { down: 'absent', downProblems: [], downLosses: [] };

/** Follows the files of a release on a catalog that holds what was there before. */
export function followRollback(catalog: Catalog, play: Play): FollowedRollback {
  const release = followRelease(catalog);
  const played: PlayedFile[] = [];
  return {
    *file(file) {
      const from = catalog.serial + 1;
      const touched = new Set<Relation>();
      const facts = yield* play(file, (statement, relations) => {
        for (const relation of relations) touched.add(relation);
        release.note(file.path, statement, relations);
      });
      const changes = facts.statements.flatMap((statement) => statement.changes);
      played.push({ file, facts, up: { from, to: catalog.serial, touched, changes } });
      return facts;
    },
    *judge(files) {
      const differences = release.finish();
      for (const { up } of played) for (const relation of up.touched) relation.missingColumns.clear();
      const downs: DownJudgement[] = []; // the last first, as they run
      for (const { file, facts, up } of played.toReversed()) {
        const nothing = facts.statements.length === 0 && facts.error === undefined;
        if (file.down !== undefined) downs.push(yield* playDown(file.down, up, catalog, play));
        else downs.push(nothing ? nothingToUndo : noDown);
      }
      const byPath = Map.groupBy(differences, ({ place }) => place.path);
      return files.map((facts, at): AnalysedFile => {
        if (facts.error !== undefined) return { ...facts, rollback: unreadRollback(facts.path, facts.error) };
        return { ...facts, rollback: safetyOf(byPath.get(facts.path) ?? [], downs.at(-1 - at) ?? noDown) };
      });
    },
  };
}
