const seconds: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A duration as Go writes it (`1m30s`, time.ParseDuration), in seconds; undefined for another text. */
export function goSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, value, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    sum += Number(value) * (seconds[unit] ?? 0);
  }
  return sum;
}

/** Whole periods of a minute, one at least. */
export function minutesOf(durationSeconds: number): number {
  return Math.max(1, Math.round(durationSeconds / 60));
}
