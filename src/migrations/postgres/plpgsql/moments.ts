import type { IntervalValue, MomentValue } from './value.ts';

const dayMs = 86_400_000;
const startOfDay = (ms: number): number => Math.floor(ms / dayMs) * dayMs;

/** The moment of `now()`, if the caller said when the migration runs. */
export function currentMoment(of: MomentValue['of'], now: number | undefined): MomentValue | undefined {
  return now === undefined ? undefined : { is: 'moment', of, ms: of === 'date' ? startOfDay(now) : now };
}

const shifts: Readonly<Record<string, number>> = { yesterday: -dayMs, today: 0, tomorrow: dayMs };

/** ISO text, and the words that PostgreSQL knows (documentation, 8.5.1.4). */
export function parseMoment(text: string, of: MomentValue['of'], now: number | undefined): MomentValue | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'now') return currentMoment(of, now);
  const shift = shifts[word];
  if (shift !== undefined) return now === undefined ? undefined : { is: 'moment', of, ms: startOfDay(now) + shift };
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:[ t](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:z|\+00(?::?00)?)?)?$/.exec(word);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((each) => Number(each ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return { is: 'moment', of, ms: of === 'date' ? startOfDay(ms) : ms };
}

const unitsMs: Readonly<Record<string, number>> = {
  second: 1000,
  sec: 1000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  day: dayMs,
  week: 7 * dayMs,
};
const unitsMonths: Readonly<Record<string, number>> = { month: 1, mon: 1, year: 12 };

/** `1 day`, `2 weeks 3 hours`; undefined for other forms. */
export function parseInterval(text: string): IntervalValue | undefined {
  const part = /\s*([+-]?\d+)\s*([a-z]+?)s?(?=[\s\d+-]|$)/gy;
  let months = 0;
  let ms = 0;
  let end = 0;
  for (const [all, count, unit = ''] of text.toLowerCase().matchAll(part)) {
    const asMs = unitsMs[unit];
    const asMonths = unitsMonths[unit];
    if (asMs === undefined && asMonths === undefined) return undefined;
    ms += Number(count) * (asMs ?? 0);
    months += Number(count) * (asMonths ?? 0);
    end += all.length;
  }
  return end > 0 && text.slice(end).trim() === '' ? { is: 'interval', months, ms } : undefined;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** to_char with the fields that partition names are made of; undefined for other formats. */
export function formatMoment({ ms }: MomentValue, format: string): string | undefined {
  const at = new Date(ms);
  const fields: Readonly<Record<string, string>> = {
    YYYY: pad(at.getUTCFullYear(), 4),
    YY: pad(at.getUTCFullYear() % 100, 2),
    MM: pad(at.getUTCMonth() + 1, 2),
    DD: pad(at.getUTCDate(), 2),
    HH24: pad(at.getUTCHours(), 2),
    MI: pad(at.getUTCMinutes(), 2),
    SS: pad(at.getUTCSeconds(), 2),
  };
  let text = '';
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at);
    const field = /^(YYYY|YY|MM|DD|HH24|MI|SS)/i.exec(rest)?.[0];
    const literal = /^"([^"]*)"|^[^a-z"]/i.exec(rest);
    const part = field === undefined ? (literal?.[1] ?? literal?.[0]) : fields[field.toUpperCase()];
    if (part === undefined) return undefined;
    text += part;
    at += field?.length ?? literal?.[0].length ?? 1;
  }
  return text;
}

/** date_trunc; weeks begin on Monday. */
export function truncateMoment(moment: MomentValue, unit: string): MomentValue | undefined {
  const at = new Date(moment.ms);
  const day = startOfDay(moment.ms);
  switch (unit.toLowerCase()) {
    case 'hour':
      return { ...moment, of: 'timestamp', ms: Math.floor(moment.ms / 3_600_000) * 3_600_000 };
    case 'day':
      return { ...moment, of: 'timestamp', ms: day };
    case 'week':
      return { ...moment, of: 'timestamp', ms: day - ((at.getUTCDay() + 6) % 7) * dayMs };
    case 'month':
      return { ...moment, of: 'timestamp', ms: Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1) };
    case 'quarter':
      return { ...moment, of: 'timestamp', ms: Date.UTC(at.getUTCFullYear(), 3 * Math.floor(at.getUTCMonth() / 3), 1) };
    case 'year':
      return { ...moment, of: 'timestamp', ms: Date.UTC(at.getUTCFullYear(), 0, 1) };
    default:
      return undefined;
  }
}
