-- setup
CREATE SCHEMA shop;
CREATE SCHEMA "Two Words";
CREATE TABLE shop.cart (id serial PRIMARY KEY, total int);
CREATE TABLE shop.line (id int PRIMARY KEY, cart_id int REFERENCES shop.cart);
CREATE VIEW shop.carts AS SELECT * FROM shop.cart;
CREATE TABLE "Two Words"."Big Table" ("Id" serial PRIMARY KEY, "group" int);
CREATE TABLE cart (id int PRIMARY KEY);
CREATE SEQUENCE shop.numbers;
CREATE TYPE shop.size AS ENUM ('s', 'm');
CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE outside (id int, size shop.size);
INSERT INTO shop.cart (total) SELECT g FROM generate_series(1, 20) g;
INSERT INTO shop.line SELECT g, g FROM generate_series(1, 20) g;
INSERT INTO "Two Words"."Big Table" ("group") SELECT g FROM generate_series(1, 20) g;
INSERT INTO cart SELECT g FROM generate_series(1, 20) g;
INSERT INTO outside SELECT g, 's' FROM generate_series(1, 20) g;
-- forms
ALTER TABLE shop.cart ADD COLUMN x int
ALTER TABLE cart ADD COLUMN x int
SET search_path = shop; ALTER TABLE cart ADD COLUMN x int
SET search_path TO shop, public; ALTER TABLE cart ADD COLUMN x int
SET search_path TO 'nothing_here', 'public'; ALTER TABLE cart ADD COLUMN x int
SELECT pg_catalog.set_config('search_path', 'shop', false); ALTER TABLE cart ADD COLUMN x int
SELECT set_config('search_path', '', false); ALTER TABLE shop.cart ADD COLUMN x int
SET search_path = shop; RESET search_path; ALTER TABLE cart ADD COLUMN x int
SET search_path = shop; SET search_path TO DEFAULT; ALTER TABLE cart ADD COLUMN x int
SET search_path = shop; RESET ALL; ALTER TABLE cart ADD COLUMN x int
SET search_path = shop; DISCARD ALL; ALTER TABLE cart ADD COLUMN x int
SET search_path = "$user", shop, public; ALTER TABLE cart ADD COLUMN x int
SET SCHEMA 'shop'; ALTER TABLE cart ADD COLUMN x int
SET search_path = "Two Words"; ALTER TABLE "Big Table" ADD COLUMN x int
ALTER TABLE "Two Words"."Big Table" DROP COLUMN "group"
ALTER TABLE "Two Words"."Big Table" DROP COLUMN "Id"
CREATE INDEX ON "Two Words"."Big Table" ("group")
CREATE INDEX CONCURRENTLY ON shop.cart (total)
DROP INDEX shop.cart_pkey -- refused
ALTER INDEX shop.cart_pkey RENAME TO ck
CREATE SCHEMA fresh
CREATE SCHEMA IF NOT EXISTS shop
CREATE SCHEMA AUTHORIZATION CURRENT_USER
CREATE SCHEMA fresh CREATE TABLE t (id int PRIMARY KEY) CREATE VIEW v AS SELECT * FROM t CREATE INDEX ON t (id)
CREATE SCHEMA fresh CREATE TABLE t (id int REFERENCES public.cart)
ALTER SCHEMA shop RENAME TO store
ALTER SCHEMA shop RENAME TO store; ALTER TABLE store.cart ADD COLUMN x int
ALTER SCHEMA shop OWNER TO CURRENT_USER
DROP SCHEMA shop -- refused
DROP SCHEMA shop CASCADE
DROP SCHEMA "Two Words" CASCADE
DROP SCHEMA IF EXISTS nothing_here CASCADE
CREATE SCHEMA fresh; DROP SCHEMA fresh
ALTER TABLE shop.cart SET SCHEMA public -- refused
ALTER TABLE shop.line SET SCHEMA public
ALTER TABLE shop.line SET SCHEMA shop
ALTER TABLE cart SET SCHEMA "Two Words"
ALTER TABLE cart RENAME TO basket; ALTER INDEX cart_pkey RENAME TO basket_pkey; ALTER TABLE shop.cart SET SCHEMA public
ALTER TABLE cart RENAME TO basket; ALTER INDEX cart_pkey RENAME TO basket_pkey; ALTER TABLE shop.cart SET SCHEMA public; ALTER TABLE cart DROP COLUMN id CASCADE
ALTER SEQUENCE shop.numbers SET SCHEMA public
ALTER SEQUENCE shop.cart_id_seq SET SCHEMA public -- refused
ALTER TYPE shop.size SET SCHEMA public
ALTER TYPE shop.size SET SCHEMA public; ALTER TABLE outside ALTER COLUMN size TYPE text
ALTER FUNCTION shop.f() SET SCHEMA public
ALTER FUNCTION shop.f() RENAME TO g
COMMENT ON SCHEMA shop IS 'x'
GRANT USAGE ON SCHEMA shop TO PUBLIC
GRANT SELECT ON ALL TABLES IN SCHEMA shop TO PUBLIC
GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO PUBLIC
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA shop TO PUBLIC
REVOKE ALL ON ALL TABLES IN SCHEMA shop FROM PUBLIC
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC
TRUNCATE shop.cart, shop.line
ALTER TABLE shop.cart ALTER COLUMN id DROP IDENTITY IF EXISTS
TRUNCATE shop.cart RESTART IDENTITY CASCADE
TRUNCATE "Two Words"."Big Table" RESTART IDENTITY
REINDEX SCHEMA shop
DROP TABLE shop.cart CASCADE
DROP TABLE shop.line, cart
DROP TABLE IF EXISTS shop.nothing_here
DROP TABLE IF EXISTS nothing_here.cart
DROP TYPE shop.size CASCADE
DROP SEQUENCE shop.numbers
DROP SEQUENCE shop.cart_id_seq -- refused
DROP SEQUENCE shop.cart_id_seq CASCADE
DROP SEQUENCE IF EXISTS nothing_here
CREATE TABLE shop.order (id int)
CREATE TABLE shop."order" (id int REFERENCES shop.cart)
CREATE TABLE IF NOT EXISTS shop.cart (id int)
CREATE TEMP TABLE cart (id int); ALTER TABLE cart ADD COLUMN x int
CREATE TEMPORARY TABLE scratch (id int) ON COMMIT DROP
CREATE TABLE pg_temp.scratch (id int); DROP TABLE scratch
SELECT * FROM shop.carts
INSERT INTO shop.cart (total) VALUES (1)
INSERT INTO shop.cart DEFAULT VALUES
INSERT INTO shop.cart VALUES (99, 1)
SELECT nextval('shop.numbers'), setval('shop.cart_id_seq', 100), currval('shop.numbers')
SELECT setval(pg_get_serial_sequence('shop.cart', 'id'), 50)
SELECT nextval('shop.numbers'::regclass)
ALTER SEQUENCE shop.numbers RESTART
ALTER SEQUENCE shop.numbers RESTART WITH 5 INCREMENT BY 2 CACHE 10
ALTER SEQUENCE shop.numbers AS int
ALTER SEQUENCE shop.numbers OWNED BY shop.cart.total
ALTER SEQUENCE shop.cart_id_seq OWNED BY NONE
ALTER SEQUENCE shop.numbers RENAME TO nums
ALTER TABLE shop.numbers RENAME TO nums
ALTER SEQUENCE shop.numbers OWNER TO CURRENT_USER
ALTER SEQUENCE shop.cart_id_seq OWNER TO CURRENT_USER
ALTER SEQUENCE IF EXISTS nothing_here RESTART
ALTER SEQUENCE shop.numbers SET LOGGED -- from 15
ALTER SEQUENCE shop.numbers SET UNLOGGED -- from 15
ALTER SEQUENCE shop.numbers NO MINVALUE NO MAXVALUE CYCLE
CREATE SEQUENCE shop.more OWNED BY shop.cart.id
CREATE SEQUENCE more AS smallint START 5
CREATE SEQUENCE IF NOT EXISTS shop.numbers
CREATE TEMP SEQUENCE more
COMMENT ON SEQUENCE shop.numbers IS 'x'
GRANT USAGE ON SEQUENCE shop.numbers TO CURRENT_USER
SELECT * FROM shop.numbers
LOCK TABLE shop.numbers -- refused
ALTER TABLE shop.cart ALTER COLUMN total SET DEFAULT nextval('shop.numbers')
ALTER TABLE shop.cart ALTER COLUMN id DROP DEFAULT
ALTER TABLE shop.cart ALTER COLUMN total SET DEFAULT nextval('shop.numbers'); INSERT INTO shop.cart (id) VALUES (77)
ALTER TABLE shop.cart ALTER COLUMN id TYPE bigint -- refused
DROP VIEW shop.carts; ALTER TABLE shop.cart ALTER COLUMN id TYPE bigint
DROP VIEW shop.carts; ALTER TABLE shop.cart DROP COLUMN id CASCADE
