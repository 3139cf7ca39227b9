import type { Reading } from '../reading.ts';
import type { MappedMetric } from './mapped-metric.ts';

/**
 * In which unit a policy's limits are meant: percent where the query multiplies by 100 or a limit is above 1, milliseconds
 * where the text says so or a limit is above 20 (nobody waits 20 s for each request).
 * @param text the metric's name and query; @param limits the numbers that it is held against
 * @returns `guessed`: nothing but the size of the limits says it
 */
export function readingOf(
  metric: MappedMetric,
  text: string,
  limits: readonly number[],
): { reading: Reading; guessed: boolean } {
  const largest = Math.max(0, ...limits.map(Math.abs));
  if (metric.kind === 'built-in' && metric.name === 'error-ratio') {
    const said = /\*\s*100\b|\b100\s*[-*]|percent/i.test(text);
    const percent = said || largest > 1;
    const complement = metric.as === 'complement';
    const reading = percent ? (complement ? 'complement-percent' : 'percent') : complement ? 'complement' : 'value';
    return { reading, guessed: !said };
  }
  const isLatency = metric.name.startsWith('latency-');
  if (!isLatency) return { reading: metric.as, guessed: false };
  if (metric.as === 'milliseconds') return { reading: 'milliseconds', guessed: false };
  const said = /seconds/i.test(text) && !/milliseconds/i.test(text);
  return { reading: !said && largest > 20 ? 'milliseconds' : 'value', guessed: !said };
}

/** How the reading is told, where it was guessed. */
export function readingText(reading: Reading): string {
  switch (reading) {
    case 'value':
      return 'as it stands: a ratio from 0 to 1, or seconds';
    case 'complement':
      return 'as the success ratio, from 0 to 1';
    case 'percent':
      return 'in percent';
    case 'complement-percent':
      return 'as the success rate in percent';
    case 'milliseconds':
      return 'in milliseconds';
  }
}
