import type { Format } from './format.ts';

/** Every format, one line each; imported when asked for, since each module costs start-up time. */
export const formats = {
  text: async () => (await import('./text.ts')).text,
  json: async () => (await import('./json.ts')).json,
} satisfies Readonly<Record<string, () => Promise<Format>>>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as readonly FormatName[]; // the keys of a constant object

/** The format's name, if it is one. */
export function formatNamed(name: string): FormatName | undefined {
  return formatNames.find((known) => known === name);
}
