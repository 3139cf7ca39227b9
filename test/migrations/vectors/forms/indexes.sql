-- setup
CREATE TABLE doc (id int PRIMARY KEY, title text, body text, tags text[], made timestamp, kind int, data jsonb);
CREATE INDEX doc_title_idx ON doc (title);
CREATE UNIQUE INDEX doc_unique ON doc (id, kind);
CREATE INDEX doc_expr ON doc (lower(title), (kind + 1));
CREATE INDEX doc_part ON doc (kind) WHERE body IS NOT NULL AND made > '2020-01-01';
CREATE INDEX doc_tags ON doc USING gin (tags);
CREATE INDEX doc_hash ON doc USING hash (title);
CREATE INDEX doc_brin ON doc USING brin (made);
CREATE INDEX doc_inc ON doc (kind) INCLUDE (made);
CREATE TABLE empty_one (id int);
CREATE INDEX empty_idx ON empty_one (id);
CREATE MATERIALIZED VIEW stored AS SELECT 1 AS one, 'x'::text AS two;
CREATE UNIQUE INDEX stored_one ON stored (one);
CREATE TEMP TABLE short (id int);
CREATE UNLOGGED TABLE lossy (id int PRIMARY KEY);
INSERT INTO doc SELECT g, 't' || g, 'b', ARRAY['x'], now(), g % 3, '{}' FROM generate_series(1, 60) g;
INSERT INTO lossy SELECT g FROM generate_series(1, 10) g;
-- forms
CREATE INDEX ON doc (body)
CREATE INDEX named ON doc (body DESC NULLS LAST, title COLLATE "C")
CREATE UNIQUE INDEX ON doc (title)
CREATE UNIQUE INDEX ON doc (title) NULLS NOT DISTINCT -- from 15
CREATE INDEX ON doc USING gin (data jsonb_path_ops)
CREATE INDEX ON doc USING gin (to_tsvector('english', body))
CREATE INDEX ON doc USING gist (tsrange(made, made, '[]'))
CREATE INDEX ON doc ((data ->> 'a'))
CREATE INDEX ON doc (title text_pattern_ops) WHERE kind = 1
CREATE INDEX ON doc (kind) INCLUDE (title) WITH (fillfactor = 70, deduplicate_items = off) -- from 13
CREATE INDEX ON doc (body) TABLESPACE pg_default
CREATE INDEX IF NOT EXISTS doc_title_idx ON doc (title)
CREATE INDEX IF NOT EXISTS brand_new ON doc (title)
CREATE INDEX IF NOT EXISTS doc ON doc (title)
CREATE INDEX doc_title_idx ON doc (title) -- refused
CREATE INDEX CONCURRENTLY ON doc (body)
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS doc_title_u ON doc (title)
CREATE INDEX CONCURRENTLY IF NOT EXISTS doc_title_idx ON doc (title)
CREATE INDEX CONCURRENTLY ON short (id)
CREATE INDEX ON short (id)
CREATE INDEX ON stored (two)
CREATE INDEX CONCURRENTLY ON stored (two)
CREATE INDEX ON lossy (id)
CREATE INDEX ON empty_one (id)
CREATE INDEX ON ONLY doc (body)
CREATE INDEX ON doc (body, body)
CREATE INDEX ON doc (body); CREATE INDEX ON doc (body)
DROP INDEX doc_title_idx
DROP INDEX IF EXISTS doc_title_idx, nothing_here
DROP INDEX doc_expr, doc_part
DROP INDEX public.doc_tags RESTRICT
DROP INDEX CONCURRENTLY doc_title_idx
DROP INDEX CONCURRENTLY IF EXISTS nothing_here
DROP INDEX IF EXISTS nothing_here
DROP INDEX stored_one
DROP INDEX doc_pkey -- refused
REINDEX INDEX doc_title_idx
REINDEX INDEX CONCURRENTLY doc_title_idx
REINDEX (VERBOSE) INDEX doc_expr
REINDEX TABLE doc
REINDEX TABLE CONCURRENTLY doc
REINDEX (CONCURRENTLY) TABLE doc -- from 14
REINDEX (CONCURRENTLY false) TABLE doc -- from 14
REINDEX (TABLESPACE pg_default) TABLE doc -- from 14
REINDEX TABLE empty_one
REINDEX TABLE stored
REINDEX TABLE short
REINDEX SCHEMA public
REINDEX SCHEMA CONCURRENTLY public
ALTER INDEX doc_title_idx RENAME TO t
ALTER INDEX doc_pkey RENAME TO t
ALTER INDEX doc_pkey RENAME TO t; ALTER TABLE doc DROP CONSTRAINT t
ALTER INDEX doc_tags SET (fastupdate = off)
ALTER INDEX doc_tags RESET (fastupdate)
ALTER INDEX doc_tags SET (gin_pending_list_limit = 200)
ALTER INDEX doc_title_idx SET (fillfactor = 60)
ALTER INDEX doc_brin SET (pages_per_range = 32)
ALTER INDEX doc_brin SET (autosummarize = on)
ALTER INDEX doc_title_idx SET (deduplicate_items = off) -- from 13
ALTER INDEX doc_hash SET (fillfactor = 60)
ALTER INDEX doc_expr ALTER COLUMN 2 SET STATISTICS 50
ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE pg_default -- unlike: the catalog does not know tablespaces
ALTER TABLE doc DROP COLUMN kind
ALTER TABLE doc DROP COLUMN title
ALTER TABLE doc DROP COLUMN made
ALTER TABLE doc ALTER COLUMN title TYPE varchar(200)
ALTER TABLE doc ALTER COLUMN title TYPE varchar
ALTER TABLE doc ALTER COLUMN kind TYPE bigint
DROP INDEX doc_part; ALTER TABLE doc ALTER COLUMN made TYPE timestamptz
ALTER TABLE doc ALTER COLUMN made TYPE timestamptz -- refused: the predicate would not be immutable
ALTER TABLE doc ALTER COLUMN body TYPE varchar
ALTER TABLE doc ALTER COLUMN data TYPE json
ALTER TABLE doc ALTER COLUMN tags TYPE varchar[]
ALTER TABLE doc ALTER COLUMN tags TYPE varchar(10)[]
ALTER TABLE doc ALTER COLUMN title TYPE text COLLATE "C"
ALTER TABLE doc ALTER COLUMN title TYPE text COLLATE "default"
ALTER TABLE doc RENAME COLUMN title TO head; CREATE INDEX ON doc (head)
ALTER TABLE doc RENAME COLUMN title TO head; ALTER TABLE doc ALTER COLUMN head TYPE varchar(5) USING 'x'
ALTER TABLE doc CLUSTER ON doc_title_idx
CLUSTER doc USING doc_title_idx
CLUSTER doc -- refused
CLUSTER doc USING doc_title_idx; CLUSTER doc
CLUSTER VERBOSE doc USING doc_pkey
CLUSTER
CREATE STATISTICS st ON title, kind FROM doc
CREATE STATISTICS st (ndistinct, dependencies) ON title, kind FROM doc
CREATE STATISTICS st (mcv) ON title, kind FROM doc
CREATE STATISTICS IF NOT EXISTS st ON (lower(title)), kind FROM doc -- from 14
CREATE STATISTICS st ON title, kind FROM doc; ALTER STATISTICS st RENAME TO st2
CREATE STATISTICS st ON title, kind FROM doc; ALTER STATISTICS st SET STATISTICS 50 -- from 13
CREATE STATISTICS st ON title, kind FROM doc; ALTER STATISTICS st OWNER TO CURRENT_USER
CREATE STATISTICS st ON title, kind FROM doc; DROP STATISTICS st
CREATE STATISTICS st ON title, kind FROM doc; CREATE STATISTICS IF NOT EXISTS st ON title, kind FROM doc
CREATE STATISTICS st ON title, kind FROM doc; ALTER TABLE doc DROP COLUMN kind
CREATE STATISTICS st ON title, kind FROM doc; ALTER TABLE doc ALTER COLUMN kind TYPE bigint
CREATE STATISTICS st ON title, kind FROM doc; COMMENT ON STATISTICS st IS 'x'
DROP STATISTICS IF EXISTS nothing_here
COMMENT ON INDEX doc_title_idx IS 'x'
TRUNCATE doc
VACUUM (FULL, ANALYZE) doc
VACUUM doc
VACUUM (ANALYZE, VERBOSE) doc, lossy
VACUUM (FREEZE, INDEX_CLEANUP off) doc
VACUUM (INDEX_CLEANUP on, TRUNCATE false) doc
VACUUM (FULL false) doc
VACUUM (PARALLEL 0) doc -- from 13
VACUUM stored
VACUUM FULL stored
VACUUM doc (title, body) -- refused
VACUUM ANALYZE doc (title, body)
ANALYZE doc
ANALYZE doc (title)
ANALYZE (SKIP_LOCKED) doc
ANALYZE VERBOSE stored
ANALYZE short
VACUUM
ANALYZE
VACUUM FULL
