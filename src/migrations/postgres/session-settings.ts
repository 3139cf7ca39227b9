import type { Setting } from './lock-timeout.ts';
import { durationMs } from './lock-timeout.ts';

/** Follows which settings a session has made, by name; a limit of 0 is none. */
export interface SessionSettings {
  current(): ReadonlySet<string>;
  apply(setting: Setting, inTransaction: boolean): void;
  endTransaction(): void;
}

const none: ReadonlySet<string> = new Set();

function isMade({ name, value }: Setting): boolean {
  return value !== undefined && !(name.endsWith('timeout') && durationMs(value) === 0);
}

export function followSettings(): SessionSettings {
  let session = none;
  let local: ReadonlyMap<string, boolean> = new Map();
  let current = none;
  const combine = (): void => {
    const names = new Set(session);
    for (const [name, made] of local) {
      if (made) names.add(name);
      else names.delete(name);
    }
    current = names;
  };
  return {
    current: () => current,
    apply: (setting, inTransaction) => {
      if (setting.local && !inTransaction) return; // does nothing (PostgreSQL: SET)
      if (setting.local) local = new Map([...local, [setting.name, isMade(setting)]]);
      else {
        const others = [...session].filter((name) => name !== setting.name);
        session = new Set(isMade(setting) ? [...others, setting.name] : others);
      }
      combine();
    },
    endTransaction: () => {
      if (local.size === 0) return;
      local = new Map();
      combine();
    },
  };
}
