-- setup
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TYPE place AS (x int, y int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN very_positive AS positive CHECK (VALUE > 10);
CREATE DOMAIN plain_int AS int;
CREATE DOMAIN over_plain AS plain_int;
CREATE DOMAIN short_text AS varchar(20);
CREATE DOMAIN filled AS text NOT NULL;
CREATE DOMAIN with_default AS int DEFAULT 5;
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE item (id int PRIMARY KEY, m mood, p place, n positive, pi plain_int, st short_text, ints int[], pis plain_int[], ps place[], t text, v varchar(10), va varchar(10)[],
  num numeric(8, 2), nums numeric(8, 2)[], f float8, f4 real, ts timestamp, tz timestamptz, d date, tm time, iv interval, b boolean, c char(5), bt bytea, i inet, j json, jb jsonb, u uuid, x xml, bit5 bit(5), vb varbit(5), o oid, mo money, op over_plain, tsp timestamp(3));
CREATE TABLE other (id int, op over_plain);
CREATE MATERIALIZED VIEW kept AS SELECT id, pi FROM item;
CREATE TABLE composite_user (id int, inner_pi place);
CREATE TYPE wrap AS (q plain_int);
INSERT INTO item (id, m, p, n, pi, st, ints, pis, t, v, va, num, nums, ts, tz, d, b, c, o, op, f, f4) SELECT g, 'low', ROW(1, 2)::place, g, g, 's', ARRAY[1], ARRAY[1], 't', '1', ARRAY['v'], 1, ARRAY[1], now(), now(), now(), true, 'c', 1, 3, 1, 1 FROM generate_series(1, 30) g;
INSERT INTO other SELECT g, g FROM generate_series(1, 30) g;
INSERT INTO composite_user SELECT g, ROW(1, 2)::place FROM generate_series(1, 30) g;
REFRESH MATERIALIZED VIEW kept;
-- forms
ALTER TYPE mood ADD VALUE 'middle' BEFORE 'high'
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'low'
ALTER TYPE mood RENAME VALUE 'low' TO 'down'
ALTER TYPE mood RENAME TO feeling
ALTER TYPE mood OWNER TO CURRENT_USER
ALTER TYPE place ADD ATTRIBUTE z int
ALTER TYPE place RENAME ATTRIBUTE x TO xx
ALTER TYPE place OWNER TO CURRENT_USER
ALTER TYPE wrap ADD ATTRIBUTE r int
ALTER TYPE wrap DROP ATTRIBUTE q
ALTER TYPE wrap ALTER ATTRIBUTE q TYPE bigint
ALTER TYPE span RENAME TO extent
CREATE TYPE fresh AS ENUM ()
CREATE TYPE fresh AS (a int, b text)
CREATE TYPE fresh
CREATE TYPE fresh AS RANGE (subtype = date)
CREATE DOMAIN fresh AS int CHECK (VALUE > 1) DEFAULT 3
CREATE DOMAIN fresh AS positive[] NOT NULL
DROP TYPE span
DROP TYPE mood -- refused
DROP TYPE mood CASCADE
DROP TYPE place CASCADE
DROP TYPE IF EXISTS nothing_here
DROP DOMAIN very_positive
DROP DOMAIN positive CASCADE
DROP DOMAIN plain_int CASCADE
DROP DOMAIN IF EXISTS nothing_here CASCADE
ALTER DOMAIN short_text ADD CONSTRAINT c CHECK (VALUE <> '')
ALTER DOMAIN short_text ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID
ALTER DOMAIN short_text ADD CONSTRAINT c CHECK (VALUE <> '') NOT VALID; ALTER DOMAIN short_text VALIDATE CONSTRAINT c
ALTER DOMAIN short_text SET NOT NULL
ALTER DOMAIN short_text DROP NOT NULL
ALTER DOMAIN short_text SET DEFAULT 'x'
ALTER DOMAIN short_text DROP DEFAULT
ALTER DOMAIN filled DROP NOT NULL
ALTER DOMAIN filled SET NOT NULL
ALTER DOMAIN positive ADD CHECK (VALUE < 5000)
ALTER DOMAIN positive DROP CONSTRAINT positive_check
ALTER DOMAIN positive DROP CONSTRAINT IF EXISTS nothing_here
ALTER DOMAIN positive RENAME CONSTRAINT positive_check TO pc
ALTER DOMAIN positive RENAME TO more
ALTER DOMAIN positive OWNER TO CURRENT_USER
ALTER DOMAIN positive VALIDATE CONSTRAINT positive_check
ALTER DOMAIN over_plain ADD CHECK (VALUE < 5000)
ALTER DOMAIN over_plain SET NOT NULL
ALTER DOMAIN with_default ADD CHECK (VALUE > 1)
ALTER DOMAIN plain_int ADD CHECK (VALUE > 0) -- refused: an array of it
ALTER TABLE item DROP COLUMN pis; ALTER DOMAIN plain_int ADD CHECK (VALUE > -1)
ALTER TABLE item DROP COLUMN pis; DROP TYPE wrap; ALTER DOMAIN plain_int ADD CHECK (VALUE > -1)
ALTER TABLE item DROP COLUMN pis; DROP TYPE wrap; ALTER DOMAIN plain_int SET NOT NULL
ALTER TABLE item ADD COLUMN q positive
ALTER TABLE item ADD COLUMN q very_positive
ALTER TABLE item ADD COLUMN q plain_int
ALTER TABLE item ADD COLUMN q over_plain
ALTER TABLE item ADD COLUMN q positive DEFAULT 4
ALTER TABLE item ADD COLUMN q filled DEFAULT 'x'
ALTER TABLE item ADD COLUMN q with_default
ALTER TABLE item ADD COLUMN q positive[]
ALTER TABLE item ADD COLUMN q place
ALTER TABLE item ADD COLUMN q place DEFAULT ROW(1, 2)
ALTER TABLE item ADD COLUMN q mood NOT NULL DEFAULT 'low'
ALTER TABLE item ADD COLUMN q mood DEFAULT 'low'::mood
ALTER TABLE item ALTER COLUMN m TYPE text
ALTER TABLE item ALTER COLUMN m TYPE text USING m::text
ALTER TABLE item ALTER COLUMN n TYPE int
ALTER TABLE item ALTER COLUMN n TYPE very_positive USING n + 20
ALTER TABLE item ALTER COLUMN n TYPE plain_int
ALTER TABLE other ALTER COLUMN id TYPE positive
ALTER TABLE other ALTER COLUMN id TYPE plain_int
ALTER TABLE other ALTER COLUMN op TYPE int
ALTER TABLE other ALTER COLUMN op TYPE plain_int
ALTER TABLE other ALTER COLUMN op TYPE bigint
ALTER TABLE item ALTER COLUMN st TYPE varchar(20)
ALTER TABLE item ALTER COLUMN st TYPE varchar(30)
ALTER TABLE item ALTER COLUMN st TYPE text
ALTER TABLE item ALTER COLUMN ints TYPE bigint[]
ALTER TABLE item ALTER COLUMN ints TYPE int[][]
ALTER TABLE item ALTER COLUMN ints TYPE plain_int[]
ALTER TABLE item ALTER COLUMN pis TYPE int[]
ALTER TABLE item ALTER COLUMN va TYPE varchar(20)[]
ALTER TABLE item ALTER COLUMN va TYPE varchar[]
ALTER TABLE item ALTER COLUMN va TYPE text[]
ALTER TABLE item ALTER COLUMN nums TYPE numeric[]
ALTER TABLE item ALTER COLUMN nums TYPE numeric(9, 2)[]
ALTER TABLE item ALTER COLUMN t TYPE varchar
ALTER TABLE item ALTER COLUMN t TYPE varchar(5)
ALTER TABLE item ALTER COLUMN t TYPE char(5)
ALTER TABLE item ALTER COLUMN t TYPE bpchar
ALTER TABLE item ALTER COLUMN t TYPE name
ALTER TABLE item ALTER COLUMN t TYPE citext -- refused
ALTER TABLE item ALTER COLUMN v TYPE varchar
ALTER TABLE item ALTER COLUMN v TYPE varchar(10)
ALTER TABLE item ALTER COLUMN v TYPE varchar(11)
ALTER TABLE item ALTER COLUMN v TYPE varchar(9)
ALTER TABLE item ALTER COLUMN v TYPE char(10)
ALTER TABLE item ALTER COLUMN v TYPE int USING v::int
ALTER TABLE item ALTER COLUMN c TYPE char(6)
ALTER TABLE item ALTER COLUMN c TYPE text
ALTER TABLE item ALTER COLUMN num TYPE numeric
ALTER TABLE item ALTER COLUMN num TYPE numeric(9, 2)
ALTER TABLE item ALTER COLUMN num TYPE numeric(9, 3)
ALTER TABLE item ALTER COLUMN num TYPE numeric(7, 2)
ALTER TABLE item ALTER COLUMN num TYPE decimal(8, 2)
ALTER TABLE item ALTER COLUMN num TYPE int
ALTER TABLE item ALTER COLUMN f TYPE real
ALTER TABLE item ALTER COLUMN f4 TYPE double precision
ALTER TABLE item ALTER COLUMN ts TYPE timestamp(3)
ALTER TABLE item ALTER COLUMN ts TYPE timestamp(6)
ALTER TABLE item ALTER COLUMN ts TYPE timestamptz(3)
ALTER TABLE item ALTER COLUMN tsp TYPE timestamp
ALTER TABLE item ALTER COLUMN tsp TYPE timestamp(4)
ALTER TABLE item ALTER COLUMN tsp TYPE timestamptz
ALTER TABLE item ALTER COLUMN ts TYPE date
ALTER TABLE item ALTER COLUMN tz TYPE timestamp
ALTER TABLE item ALTER COLUMN tz TYPE timestamp USING tz AT TIME ZONE 'UTC'
SET TIME ZONE 'Europe/Berlin'; ALTER TABLE item ALTER COLUMN tz TYPE timestamp
SET TIME ZONE 'Europe/Berlin'; ALTER TABLE item ALTER COLUMN ts TYPE timestamptz
SET TIME ZONE 'Europe/London'; ALTER TABLE item ALTER COLUMN ts TYPE timestamptz
SET TIME ZONE 0; ALTER TABLE item ALTER COLUMN ts TYPE timestamptz
SET TIME ZONE 'Europe/Berlin'; ALTER TABLE item ALTER COLUMN ts TYPE timestamptz USING ts AT TIME ZONE 'UTC'
ALTER TABLE item ALTER COLUMN d TYPE timestamp
ALTER TABLE item ALTER COLUMN tm TYPE time(3)
ALTER TABLE item ALTER COLUMN tm TYPE timetz
ALTER TABLE item ALTER COLUMN iv TYPE interval(3)
ALTER TABLE item ALTER COLUMN iv TYPE interval day to second
ALTER TABLE item ALTER COLUMN b TYPE int USING b::int
ALTER TABLE item ALTER COLUMN bt TYPE text USING encode(bt, 'hex')
ALTER TABLE item ALTER COLUMN i TYPE cidr
ALTER TABLE item ALTER COLUMN j TYPE jsonb
ALTER TABLE item ALTER COLUMN jb TYPE json
ALTER TABLE item ALTER COLUMN j TYPE text
ALTER TABLE item ALTER COLUMN u TYPE text
ALTER TABLE item ALTER COLUMN x TYPE text
ALTER TABLE item ALTER COLUMN bit5 TYPE bit(6)
ALTER TABLE item ALTER COLUMN bit5 TYPE varbit
ALTER TABLE item ALTER COLUMN vb TYPE varbit(6)
ALTER TABLE item ALTER COLUMN vb TYPE varbit
ALTER TABLE item ALTER COLUMN o TYPE int USING o::int
ALTER TABLE item ALTER COLUMN o TYPE bigint
ALTER TABLE item ALTER COLUMN o TYPE regclass
ALTER TABLE item ALTER COLUMN mo TYPE numeric
ALTER TABLE composite_user ALTER COLUMN inner_pi TYPE text
ALTER TABLE item ALTER COLUMN id TYPE smallint -- refused: a view
ALTER TABLE other ALTER COLUMN id TYPE smallint, ALTER COLUMN op TYPE text
ALTER TABLE other ALTER COLUMN id TYPE int USING id
ALTER TABLE other ALTER COLUMN id TYPE int USING (id)
ALTER TABLE other ALTER COLUMN id TYPE int USING id + 0
ALTER TABLE other ALTER COLUMN id TYPE int USING id::int
ALTER TABLE other ALTER COLUMN id TYPE int USING other.id
ALTER TABLE other ALTER COLUMN id TYPE int USING CAST(id AS int)
ALTER TABLE item ALTER COLUMN t TYPE varchar USING t::varchar
ALTER TABLE item ALTER COLUMN t TYPE varchar(10) USING substr(t, 1, 10)
COMMENT ON TYPE mood IS 'x'
COMMENT ON DOMAIN positive IS 'x'
COMMENT ON CONSTRAINT positive_check ON DOMAIN positive IS 'x'
COMMENT ON COLUMN place.x IS 'x'
CREATE CAST (mood AS int) WITH INOUT
DROP CAST IF EXISTS (mood AS int)
CREATE COLLATION german (locale = 'C')
CREATE COLLATION german FROM "C"; ALTER COLLATION german RENAME TO deutsch
CREATE COLLATION german FROM "C"; DROP COLLATION german
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); ALTER OPERATOR === (int, int) OWNER TO CURRENT_USER
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); DROP OPERATOR === (int, int)
CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)
CREATE OPERATOR FAMILY of USING btree
CREATE OPERATOR FAMILY of USING btree; ALTER OPERATOR FAMILY of USING btree ADD OPERATOR 1 < (int, int)
CREATE OPERATOR FAMILY of USING btree; DROP OPERATOR FAMILY of USING btree
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0')
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int); DROP AGGREGATE total (int)
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = english)
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = english); ALTER TEXT SEARCH CONFIGURATION tsc ALTER MAPPING FOR word WITH simple
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = english); DROP TEXT SEARCH CONFIGURATION tsc
CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple)
CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple); ALTER TEXT SEARCH DICTIONARY tsd (accept = false)
CREATE CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; ALTER TABLE other SET ACCESS METHOD heap2 -- from 15
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE am (id int) USING heap2
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; DROP ACCESS METHOD heap2
CREATE EXTENSION IF NOT EXISTS plpgsql
COMMENT ON EXTENSION plpgsql IS 'x'
