import type { Change } from './changes.ts';
import type { Blockage, Effects } from './effects.ts';
import type { RollbackSafety } from './rollback-safety/verdict.ts';

/** Where a statement runs: in a transaction of its own, one that the file opens, or one that the runner puts around the file. */
export type TransactionScope = 'own' | 'explicit' | 'file';

/** A lock on a relation that existed before the set, held until the transaction ends. */
export interface HeldLock {
  readonly relation: string;
  readonly blocks: Exclude<Blockage, 'nothing'>;
  /** The statement that took it. */
  readonly line: number;
  /** The file that the line is in, where it is not the file of the statement that is judged. */
  readonly otherFile?: string;
  readonly kind: string;
}

/** Two relations that this statement's transaction locks in one order, and somebody else in the other. */
export interface LockOrderConflict {
  /** Locked first here, and second there. */
  readonly first: string;
  /** Locked by this statement, while `first` is held. */
  readonly second: string;
  /** What LOCK TABLE would have to say for `second`, to take the locks in the other's order. */
  readonly modes: { readonly first: string; readonly second: string };
  readonly other:
    | { readonly who: 'application'; readonly order: readonly string[] }
    | { readonly who: 'migration'; readonly path: string; readonly line: number };
}

/** What only shows over all files of the set. */
export interface AcrossFiles {
  /** An index of a relation from before that an earlier statement has built, and this one builds again. */
  readonly builtBefore?:
    | { readonly index: string; readonly relation: string; readonly path: string; readonly line: number }
    | undefined;
  /** A relation that this transaction is the third of the set to close to everybody. */
  readonly lockedOften?: string | undefined;
}

/** One statement with all that its engine's analysis found out. Rules see this and nothing else. */
export interface StatementFacts {
  /** From 0, in file order. */
  readonly index: number;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** UTF-16 offsets of the statement's text in its file, without the semicolon. */
  readonly start: number;
  readonly end: number;
  /** The command tag, as in `ALTER TABLE`. */
  readonly kind: string;
  /** Why effects cannot be known, or only in part (dynamic SQL, a statement outside the grammar). */
  readonly opaqueReason?: string;
  readonly effects: Effects;
  readonly changes: readonly Change[];
  /** Relations named in `effects` that were made earlier in this set: nobody can be waiting for them. */
  readonly createdInSet: ReadonlySet<string>;
  readonly scope: TransactionScope;
  /** Statements of a run with the same number share a transaction. */
  readonly transaction: number;
  /** What earlier statements of the same transaction still keep others out of, oldest first, and at most the first hundred. */
  readonly heldBefore: readonly HeldLock[];
  /** True when an earlier statement of the transaction already worked through a table under such a lock. */
  readonly slowWhileHeldBefore: boolean;
  /** True when an earlier statement of the file already waited for such a lock without a limit: said once is enough. */
  readonly unlimitedWaitBefore: boolean;
  /** Orders of locking that can end in a deadlock; known once all files of the set have been analysed. */
  readonly lockOrderConflicts?: readonly LockOrderConflict[];
  readonly across?: AcrossFiles;
  /** The limit on waiting for locks that holds for this statement, in ms; 0 is "none, said so", undefined "nothing said". */
  readonly lockTimeoutMs: number | undefined;
  /** Names of the settings that hold for this statement because the file has made them. */
  readonly settings: ReadonlySet<string>;
  /** True when an earlier statement of the file already kept others out of a relation that existed before. */
  readonly blockedBefore: boolean;
  readonly serverVersion: number;
}

/** 1-based position and what the parser said. */
export interface FileError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A file's statements, each with what it does. */
export interface FileFacts {
  readonly path: string;
  readonly error?: FileError;
  readonly statements: readonly StatementFacts[];
}

export interface AnalysedFile extends FileFacts {
  /** Whether the version before the set survives what this file does. */
  readonly rollback: RollbackSafety;
}
