import type { Clock } from '../../clock.ts';
import type { StoryLine } from './story-lines.ts';

/** Where the demo tells its story; a second of the clock is a minute of the story. */
export interface Timeline {
  heading(text: string): void;
  /** What somebody outside the gate does, now. */
  say(who: string, text: string, details?: readonly string[]): void;
  /** Prints those lines that were not printed before. */
  show(lines: readonly StoryLine[]): void;
}

const width = 118;
const indent = 20;

export function createTimeline(clock: Clock, write: (text: string) => void): Timeline {
  const begin = clock.now().getTime();
  const printed = new Set<string>();
  const print = (at: number, who: string, text: string, details: readonly string[]) => {
    const minute = Math.max(0, Math.round((at - begin) / 1000));
    const head = `  min ${String(minute).padStart(3)}  ${who.padEnd(8)} `;
    write(`${wrap(text, head)}\n`);
    for (const detail of details) write(`${wrap(detail, `${' '.repeat(indent)}  `)}\n`);
  };
  return {
    heading: (text) => write(`\n${text}\n`),
    say: (who, text, details = []) => print(clock.now().getTime(), who, text, details),
    show(lines) {
      for (const { key, at, who, text, details } of lines) {
        if (printed.has(key)) continue;
        printed.add(key);
        print(Date.parse(at), who, text, details);
      }
    },
  };
}

/** Breaks between words; lines after the first are indented as far as the head is long. */
export function wrap(text: string, head: string): string {
  const room = width - head.length;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one, index) => (index === 0 ? head : ' '.repeat(head.length)) + one).join('\n');
}
