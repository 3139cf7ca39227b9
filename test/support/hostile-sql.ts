/** SQL that nobody writes by hand, each made to hurt a reader that is not careful. */
function numbered(times: number, text: (number: number) => string): string {
  return Array.from({ length: times }, (_, number) => text(number)).join('');
}

const partitioned = 'CREATE TABLE p (a int) PARTITION BY LIST (a);\n';

/** A view on a view on a view. */
function viewOnView(depth: number): string {
  const views = numbered(depth, (number) => `CREATE VIEW v${number + 1} AS SELECT * FROM v${number};\n`);
  return `CREATE TABLE t (a int); CREATE VIEW v0 AS SELECT * FROM t;\n${views}`;
}

/** Each view reads the two before it: as many ways down as there are Fibonacci numbers. */
function viewsOnTwo(depth: number): string {
  const views = numbered(
    depth,
    (number) => `CREATE VIEW v${number + 2} AS SELECT * FROM v${number} JOIN v${number + 1} USING (a);\n`,
  );
  return `CREATE TABLE t (a int); CREATE VIEW v0 AS SELECT * FROM t; CREATE VIEW v1 AS SELECT * FROM v0;\n${views}`;
}

const trigger = (statements: number): string =>
  `CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN ${'UPDATE t SET a = 1;'.repeat(statements)} RETURN NEW; END$$;
CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); UPDATE t SET a = 1;`;

/** Texts that are judged in the end, by the number of their statements. */
export const judged: readonly (readonly [string, () => string, number])[] = [
  ['nested block comments', () => `${'/*'.repeat(200_000)}${'*/'.repeat(200_000)} SELECT 1;`, 1],
  ['two million line ends', () => `${'\n'.repeat(2_000_000)}DROP TABLE x;`, 1],
  ['a very long line of spaces', () => `${' '.repeat(5_000_000)}DROP TABLE x;`, 1],
  ['nothing but semicolons', () => ';'.repeat(100_000), 0],
  ['a statement of megabytes', () => `INSERT INTO t VALUES ${"(1, 'abc'),".repeat(100_000)}(1, 'b');`, 1],
  ['100,000 columns', () => `CREATE TABLE t (${numbered(100_000, (number) => `c${number} int,`)}z int);`, 1],
  ['100,000 ignore comments', () => `${'-- safety-gate: ignore truncate old\n'.repeat(100_000)}SELECT 1;`, 1],
  ['empty dollar quotes', () => `SELECT ${'$a$$a$,'.repeat(50_000)}1;`, 1],
  ['backslashes', () => `${'\\\n'.repeat(200_000)}SELECT 1;`, 1],
  [
    'a transaction of 10,000 locks',
    () => `BEGIN;${numbered(10_000, (n) => `ALTER TABLE t${n} ADD a int;`)}COMMIT;`,
    10_002,
  ],
  ['the same name 5,000 times', () => 'CREATE INDEX ON t (a);\n'.repeat(5_000), 5_000],
  ['a view on a view, 5,000 deep', () => `${viewOnView(5_000)}DROP TABLE t CASCADE;`, 5_003],
  ['views on two views each', () => `${viewsOnTwo(300)}DROP TABLE t CASCADE;`, 304],
  ['a trigger that fires itself two thousand times', () => trigger(2_000), 4],
  [
    'views in a circle',
    () => 'CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM a; SELECT * FROM a; DROP VIEW a CASCADE;',
    4,
  ],
  [
    'parents in a circle',
    () => 'ALTER TABLE a INHERIT b; ALTER TABLE b INHERIT a; UPDATE a SET x = 1; DROP TABLE a CASCADE;',
    4,
  ],
  ['a partition of itself', () => 'ALTER TABLE a ATTACH PARTITION a DEFAULT; UPDATE a SET x = 1; DROP TABLE a;', 3],
  ['an index attached to itself', () => 'CREATE INDEX i ON t (a); ALTER INDEX i ATTACH PARTITION i; DROP INDEX i;', 3],
  [
    'a sequence that owns itself',
    () => 'CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY s.a; ALTER TABLE s SET SCHEMA x; DROP SEQUENCE s;',
    4,
  ],
  [
    'functions that call each other in 2^19 ways',
    () =>
      `${numbered(19, (n) => `CREATE FUNCTION f${n}() RETURNS int LANGUAGE sql AS 'SELECT f${n + 1}() + f${n + 1}()';`)}CREATE FUNCTION f19() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'; ALTER TABLE t ADD a int DEFAULT f0();`,
    21,
  ],
  [
    'dollar tags like our own',
    () =>
      `DO $x$ BEGIN ${numbered(10_000, (n) => `PERFORM $gate${'_'.repeat(n % 50)}$a$gate${'_'.repeat(n % 50)}$;`)} END $x$;`,
    1,
  ],
  [
    'bodies in SQL cut into pieces',
    () =>
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;\n'.repeat(4_000),
    4_000,
  ],
];

/** Texts that cannot be read, by what is said of them. */
export const refused: readonly (readonly [string, () => string, RegExp])[] = [
  ['200,000 nested parentheses', () => `SELECT ${'('.repeat(200_000)}1${')'.repeat(200_000)}`, /^nested too deeply/],
  ['100,000 additions', () => `SELECT 1;\nSELECT ${'1+'.repeat(100_000)}1`, /^nested too deeply/],
  ['50,000 UNIONs', () => `${'SELECT 1 UNION '.repeat(50_000)}SELECT 1`, /^nested too deeply/],
  ['plus signs without end', () => `SELECT ${'+'.repeat(200_000)}1`, /^hundreds of operator characters/],
  ['an unterminated string', () => `SELECT '${'a'.repeat(1_000_000)}`, /^unterminated quoted string.{1,300}…$/],
  ['an unterminated identifier', () => `SELECT "${'a'.repeat(1_000_000)}`, /^unterminated quoted identifier/],
  ['an unterminated dollar quote', () => `SELECT $a$${'x'.repeat(1_000_000)}`, /^unterminated dollar-quoted string/],
  ['an unterminated comment', () => '/*'.repeat(200_000), /^unterminated \/\* comment/],
  ['a NUL byte', () => 'SELECT 1;\u0000', /^NUL byte/],
  ['a million statements', () => 'SELECT 1;\n'.repeat(1_000_000), /^more than 200000 statements/],
  ['a statement of 9 MB', () => `SELECT '${'a'.repeat(9_000_000)}'`, /^a statement of more than \d+ characters/],
  ['66 MB', () => '-- \n'.repeat(17_000_000), /^larger than 64 million characters/],
  [
    'partitions times alterations',
    () =>
      `${partitioned}${numbered(2_000, (n) => `CREATE TABLE p${n} PARTITION OF p FOR VALUES IN (${n});`)}${'ALTER TABLE p ADD x int;'.repeat(1_200)}`,
    /^more than 2000000 locks/,
  ],
];

/** Judged for longer than anybody waits: each rename moves every table. */
export const endless = `CREATE SCHEMA s0;${numbered(5_000, (n) => `CREATE TABLE s0.t${n} (id int);`)}${numbered(8_000, (n) => `ALTER SCHEMA s${n} RENAME TO s${n + 1};`)}`;
