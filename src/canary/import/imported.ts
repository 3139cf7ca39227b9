import { isSharedMetric, type MappedMetric } from './mapped-metric.ts';
import type { Path, SourceDocument } from './source-text.ts';

/** A part of the imported policy that needs a word: where it stands, what it is, and the way out. */
export interface Finding {
  readonly line: number | null;
  readonly text: string;
}

/** A policy of another tool as a canary block of ours. */
export interface ImportedPolicy {
  readonly from: 'kayenta' | 'flagger' | 'argo';
  readonly name: string;
  /** The block as it is written into safety-gate.yml; null where nothing useful is left. */
  readonly canary: Readonly<Record<string, unknown>> | null;
  /** What it judges by. */
  readonly metrics: readonly MappedMetric[];
  /** What cannot be expressed: without it the policy decides otherwise. */
  readonly lost: readonly Finding[];
  /** What is read in a way that one should know. */
  readonly notes: readonly Finding[];
}

/** Collects findings of one document while it is read. */
export interface Findings {
  readonly lost: Finding[];
  readonly notes: Finding[];
  lose(path: Path, text: string): void;
  note(path: Path, text: string): void;
}

export function findingsOf(document: SourceDocument): Findings {
  const lost: Finding[] = [];
  const notes: Finding[] = [];
  return {
    lost,
    notes,
    lose: (path, text) => lost.push({ line: document.lineOf(path), text }),
    note: (path, text) => notes.push({ line: document.lineOf(path), text }),
  };
}

/** Fields that their tool ignores, too: most are misspelt. */
export function noteStray(findings: Findings, path: Path, value: unknown, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      findings.note([...path, key], `"${key}" is not known here and has no effect; known are ${known.join(', ')}`);
    }
  }
}

/** A limit on a number that both versions have a part in cannot blame the canary alone. */
export function noteShared(findings: Findings, path: Path, name: string, metric: MappedMetric): void {
  if (!isSharedMetric(metric)) return;
  const text = `metric "${name}" has no dimension TargetGroup: one number for both versions; where it should be the canary's, write $targetGroup`;
  findings.note(path, text);
}
