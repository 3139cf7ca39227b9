import type { Node } from 'libpg-query';
import { integerOf, nodeAs, stringOf } from './node.ts';

/** A setting that a statement makes: `SET [LOCAL] name = value` or `SELECT set_config(name, value, local)`. */
export interface Setting {
  readonly name: string;
  /** Undefined: back to the default. */
  readonly value: string | undefined;
  readonly local: boolean;
  readonly values: readonly string[];
}

function constant(node: Node | undefined): string | undefined {
  const value = nodeAs(node, 'A_Const');
  if (value?.sval !== undefined) return value.sval.sval ?? '';
  if (value?.fval !== undefined) return value.fval.fval;
  if (value?.boolval !== undefined) return String(value.boolval.boolval === true);
  return integerOf(node)?.toString();
}

/** The statement's setting, if it makes one. */
export function settingOf(node: Node): Setting | undefined {
  const set = nodeAs(node, 'VariableSetStmt');
  if (set?.name !== undefined) {
    const values = (set.args ?? []).map(constant).filter((value) => value !== undefined);
    const value = set.kind === 'VAR_SET_VALUE' ? values.join(', ') : undefined;
    return { name: set.name.toLowerCase(), value, values, local: set.is_local === true };
  }
  const target = nodeAs(nodeAs(node, 'SelectStmt')?.targetList?.[0], 'ResTarget');
  const call = nodeAs(target?.val, 'FuncCall');
  if (stringOf(call?.funcname?.at(-1)) !== 'set_config') return undefined;
  const [name, value, local] = (call?.args ?? []).map(constant);
  if (name === undefined || value === undefined) return undefined;
  const values = value.split(',').map((each) => each.trim().replace(/^"(.*)"$/, '$1'));
  return { name: name.toLowerCase(), value, values: values.filter((each) => each !== ''), local: local === 'true' };
}

const unitsMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** PostgreSQL: documentation, 19.1.1; a bare number is milliseconds. Undefined for what is no duration. */
export function durationMs(text: string): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (unitsMs[match[2] ?? 'ms'] ?? 1);
}

/** Follows lock_timeout through a file. */
export interface LockTimeout {
  current(): number | undefined;
  apply(setting: Setting, inTransaction: boolean): void;
  endTransaction(): void;
}

/** @param initial what the runner's sessions begin with; RESET may go back to something else, so it leaves nothing known */
export function followLockTimeout(initial?: number): LockTimeout {
  let session = initial;
  let local: number | undefined;
  return {
    current: () => local ?? session,
    apply: (setting, inTransaction) => {
      if (setting.name !== 'lock_timeout') return;
      const value = setting.value === undefined ? undefined : durationMs(setting.value);
      if (!setting.local) {
        session = value;
        local = undefined;
      } else if (inTransaction) local = value; // SET LOCAL outside a transaction does nothing (PostgreSQL: SET)
    },
    endTransaction: () => {
      local = undefined;
    },
  };
}
