import type { Base } from './base.ts';

export interface RowSecurityChanged extends Base {
  readonly type: 'row-security-changed';
  /** `forced`: for the table's owner as well. */
  readonly to: 'on' | 'off' | 'forced' | 'not forced';
  /** Whether a policy lets anybody see rows at the end of the file; undefined where some may be unknown. */
  readonly hasPolicy?: boolean | undefined;
  /** Whether row level security is switched on then; undefined where that is not known. */
  readonly isOn?: boolean | undefined;
}

export interface PolicyChanged extends Base {
  readonly type: 'policy-changed';
  readonly policy: string;
  /** `restricts`: a new policy that hides rows which others show. */
  readonly how: 'dropped' | 'altered' | 'restricts';
  /** True where the same transaction makes it anew. */
  readonly remade?: boolean;
}

export interface PrivilegeRevoked extends Base {
  readonly type: 'privilege-revoked';
  /** `SELECT, UPDATE`, or `ALL`. */
  readonly privileges: string;
  readonly from: string;
  /** `TABLE`, `SCHEMA`, `FUNCTION` …, with their names. */
  readonly on: string;
}

export interface GrantedToEverybody extends Base {
  readonly type: 'granted-to-everybody';
  readonly privileges: string;
  readonly on: string;
}

export interface OpenSecurityDefiner extends Base {
  /** A function that runs with its owner's rights under the caller's search_path. */
  readonly type: 'open-security-definer';
  readonly what: 'FUNCTION' | 'PROCEDURE';
  /** Name and argument types, as ALTER FUNCTION wants them. */
  readonly signature: string;
}

export type SecurityChange =
  | RowSecurityChanged
  | PolicyChanged
  | PrivilegeRevoked
  | GrantedToEverybody
  | OpenSecurityDefiner;
