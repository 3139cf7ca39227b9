import type { Reading } from '../reading.ts';

/** A metric of another tool's policy, as one of ours. */
export type MappedMetric = {
  /** As `judge` settings name it. */
  readonly name: string;
  /** How the policy's numbers read it. */
  readonly as: Reading;
} & (
  | { readonly kind: 'built-in'; readonly entry: string }
  | {
      readonly kind: 'own';
      /** The entry of canary.metrics. */
      readonly entry: Readonly<Record<string, unknown>> & { readonly name: string };
      /** What a healthy one looks like, where that is known. */
      readonly measures: 'error-ratio' | 'error-percent' | 'latency' | 'unknown';
      /** No dimension tells the versions apart. */
      readonly shared: boolean;
    }
);

/** CPU and memory are published for both versions together. */
export function isSharedMetric(metric: MappedMetric): boolean {
  return metric.kind === 'own' ? metric.shared : metric.entry === 'cpu' || metric.entry === 'memory';
}

/** The metrics of a policy, each once: two of another tool's may be one of ours. */
export function metricEntries(metrics: readonly MappedMetric[]): readonly unknown[] {
  return [...new Map(metrics.map(({ name, entry }) => [name, entry])).values()];
}

/** Names that stand for two different metrics: two that differ in what a name cannot hold. */
export function clashingNames(metrics: readonly MappedMetric[]): readonly string[] {
  const entries = new Map<string, string>();
  return metrics.flatMap(({ name, entry }) => {
    const text = JSON.stringify(entry);
    const before = entries.get(name) ?? text;
    entries.set(name, before);
    return before === text ? [] : [name];
  });
}

/** A name as canary.metrics takes it. */
export function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 60);
  return plain === '' ? 'metric' : plain;
}
