/**
 * What one run may bring. Each statement is kept with its effects until the report is written; beyond these the report
 * would take gigabytes, and nobody could read it.
 */
export const mostStatements = 200_000;
/** Locks, rewrites, scans and index builds of all statements: one ALTER TABLE of a parent has as many as there are partitions. */
export const mostEffects = 2_000_000;
/** UTF-16 units of one statement's text: its parse tree takes some sixty times as much. */
export const mostStatementUnits = 8 * 1024 * 1024;
/** UTF-16 units of one file's text. */
export const mostFileUnits = 64 * 1024 * 1024;
