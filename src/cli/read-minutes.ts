import type { Counts, Periods } from '../canary/comparison.ts';
import { createProblemList } from '../canary/offline/problem-list.ts';
import { checkSeries, countsRule } from '../canary/offline/read-series.ts';
import { readText } from './read-text.ts';

const fewestMinutes = 30;

/**
 * Recorded minutes, one a line: {"events": 3, "total": 700}, or null, which is left out.
 * @throws an error that names the line and the way out
 */
export async function readMinutes(path: string, cwd: string): Promise<readonly Counts[]> {
  const text = await readText(path, cwd);
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const minutes = lines.flatMap((line, at) => (line.trim() === '' ? [] : [minuteOf(line, `${path}:${at + 1}`)]));
  return usualMinutes(minutes, path);
}

/**
 * The minutes that have numbers.
 * @param source where they are from, for the message
 * @throws an error where they are too few, or tell no usual ratio of errors
 */
export function usualMinutes(minutes: Periods<Counts>, source: string): readonly Counts[] {
  const counts = minutes.filter((minute) => minute !== null);
  if (counts.length < fewestMinutes) {
    throw new Error(`${source}: ${counts.length} minutes; give ${fewestMinutes} at least, so that their noise shows`);
  }
  const events = counts.reduce((sum, minute) => sum + minute.events, 0);
  const total = counts.reduce((sum, minute) => sum + minute.total, 0);
  if (events === 0 || events > total / 2) {
    const wayOut = 'give a longer history, or --requests-per-minute and --error-ratio';
    throw new Error(
      `${source}: ${events} of ${total} requests failed, which tells no usual ratio of errors; ${wayOut}`,
    );
  }
  return counts;
}

function minuteOf(line: string, place: string): Counts | null {
  let minute: unknown;
  try {
    minute = JSON.parse(line);
  } catch (cause) {
    throw new Error(`${place}: not JSON; write {"events": 3, "total": 700} a line, or null`, { cause });
  }
  const { report, problems } = createProblemList();
  checkSeries([minute], countsRule, '', report);
  const [problem] = problems();
  if (problem !== undefined) throw new Error(`${place}: ${problem.path.replace(/^\[0\]\.?/, '')} ${problem.message}`);
  return minute as Counts | null; // the rule lets nothing else through
}
