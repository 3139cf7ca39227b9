import { z } from 'zod';

const secondsPerUnit: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** `500ms`, `1s`, `60s`, `10m`, `2h`, `90d` as seconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|d)$/.exec(text.trim());
  const factor = secondsPerUnit[match?.[2] ?? ''];
  if (match === null || factor === undefined) return undefined;
  return Number(match[1]) * factor;
}

const wayOut = 'write 500ms, 60s, 10m, 2h or 90d';

/** A duration as people write it, from `shortest` to `longest`, given on as a number of seconds. */
export function durationWithin(shortest: string, longest: string) {
  const [least = 0, most = 0] = [parseDuration(shortest), parseDuration(longest)];
  return z.string({ error: () => `not a duration; ${wayOut}` }).transform((text, context): number => {
    const seconds = parseDuration(text);
    if (seconds !== undefined && seconds >= least && seconds <= most) return seconds;
    const message =
      seconds === undefined
        ? `"${text}": not a duration; ${wayOut}`
        : `"${text}": too ${seconds < least ? 'short' : 'long'}; write a duration from ${shortest} to ${longest}`;
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  });
}
