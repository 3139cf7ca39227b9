export interface Trigger {
  /** Name of the function that it calls. */
  calls: string;
  /** Bits of pg_trigger.tgtype: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE. */
  events: number;
  /** FOR EACH ROW; else it fires once a statement, whether there are rows or not. */
  row: boolean;
  /** BEFORE, AFTER or INSTEAD OF: bits of the same, 2, 0 and 64. */
  timing?: number | undefined;
  /** For UPDATE OF: it fires only where one of them is assigned. Empty: for all. */
  columns: readonly string[];
  /** What stands in the parentheses behind the function. */
  args: readonly string[];
  disabled?: boolean | undefined;
}

/** A rewrite rule on INSERT, UPDATE or DELETE. */
export interface Rule {
  /** Equal for rules that are written alike. */
  readonly fingerprint: string;
  readonly event: string;
  readonly instead: boolean;
  /** Statements of the engine's parse tree. */
  readonly actions: readonly unknown[];
}

/** A row security policy. */
export interface Policy {
  readonly permissive: boolean;
  /** True where it lets everybody do everything: FOR ALL TO PUBLIC USING (true). */
  readonly allowsAll: boolean;
  readonly fingerprint: string;
}
