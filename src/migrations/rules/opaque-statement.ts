import type { Finding, Rule } from '../hazard.ts';
import type { StatementFacts } from '../statement.ts';

function check(facts: StatementFacts): readonly Finding[] {
  if (facts.opaqueReason === undefined) return [];
  const fix =
    '-- write the SQL out, or run it once on a copy, look at pg_locks before COMMIT, and acknowledge this with what you saw';
  return [
    {
      severity: 'warning',
      message: `what this ${facts.kind} does is not, or not all, known: ${facts.opaqueReason}`,
      fix,
    },
  ];
}

export const opaqueStatement: Rule = {
  id: 'opaque-statement',
  severities: ['warning'],
  title: 'A statement whose effects cannot be known',
  why: 'SQL that is put together at run time, procedures and statements over "all tables" can lock anything. They are named, not passed over in silence.',
  dialects: ['postgresql', 'mysql'],
  source: 'PostgreSQL: PL/pgSQL, "Executing Dynamic Commands"',
  examples: {
    bad: ["DO $$ BEGIN EXECUTE current_setting('app.migration'); END $$;", 'CALL nightly();'],
    good: ["DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'invoices'); END $$;"],
  },
  check,
};
