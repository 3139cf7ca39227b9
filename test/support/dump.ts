/** A script like those that `pg_dump` writes, for measuring and for tests: everything in it is made up. */

const frame = `--
-- PostgreSQL database dump
--

\\restrict k3hB0xq

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM (
    'new',
    'paid',
    'sent'
);

`;

function heading(name: string, type: string): string {
  return `--\n-- Name: ${name}; Type: ${type}; Schema: shop; Owner: shop\n--\n\n`;
}

function table(number: number, rows: number): string {
  const name = `orders_${number}`;
  const data = Array.from(
    { length: rows },
    (_, row) => `${row}\torder ${row} of ${number}, für Müller\t19.99\tnew\t\\N\n`,
  );
  return `${heading(name, 'TABLE')}CREATE TABLE shop.${name} (
    id bigint NOT NULL,
    title character varying(200) DEFAULT 'none; really'::character varying NOT NULL,
    price numeric(10,2) DEFAULT 0.00,
    state shop.state DEFAULT 'new'::shop.state,
    created_at timestamp with time zone DEFAULT now(),
    CONSTRAINT ${name}_price_check CHECK ((price >= (0)::numeric))
);

ALTER TABLE shop.${name} OWNER TO shop;

${heading(name, 'COMMENT')}COMMENT ON TABLE shop.${name} IS 'made for measuring';

${heading(`${name}_id_seq`, 'SEQUENCE')}CREATE SEQUENCE shop.${name}_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE shop.${name}_id_seq OWNED BY shop.${name}.id;

ALTER TABLE ONLY shop.${name} ALTER COLUMN id SET DEFAULT nextval('shop.${name}_id_seq'::regclass);

${heading(`open_${name}`, 'VIEW')}CREATE VIEW shop.open_${name} AS
 SELECT id,
    title,
    price
   FROM shop.${name}
  WHERE (state = 'new'::shop.state);

${heading(`touch_${name}()`, 'FUNCTION')}CREATE FUNCTION shop.touch_${name}() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.created_at := now();
  RETURN NEW;
END;
$$;

${heading(name, 'TABLE DATA')}COPY shop.${name} (id, title, price, state, created_at) FROM stdin;
${data.join('')}\\.

`;
}

function constraints(number: number): string {
  const name = `orders_${number}`;
  const older = `orders_${Math.max(0, number - 1)}`;
  return `${heading(`${name}_pkey`, 'CONSTRAINT')}ALTER TABLE ONLY shop.${name}
    ADD CONSTRAINT ${name}_pkey PRIMARY KEY (id);

${heading(`${name}_title_idx`, 'INDEX')}CREATE INDEX ${name}_title_idx ON shop.${name} USING btree (title);

${heading(`${name}_touch`, 'TRIGGER')}CREATE TRIGGER ${name}_touch BEFORE UPDATE ON shop.${name} FOR EACH ROW EXECUTE FUNCTION shop.touch_${name}();

${heading(`${name}_older_fkey`, 'FK CONSTRAINT')}ALTER TABLE ONLY shop.${name}
    ADD CONSTRAINT ${name}_older_fkey FOREIGN KEY (id) REFERENCES shop.${older}(id);

`;
}

/** Lines that one table and what belongs to it take, its rows apart. */
const linesPerTable = 93;

/** @param lines about how many lines the script has; a quarter of them are rows behind COPY */
export function dump(lines: number): string {
  const rows = Math.round(linesPerTable / 3);
  const tables = Math.max(1, Math.round(lines / (linesPerTable + rows)));
  const numbers = Array.from({ length: tables }, (_, number) => number);
  const parts = [frame, ...numbers.map((number) => table(number, rows)), ...numbers.map(constraints)];
  return `${parts.join('')}--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict k3hB0xq\n`;
}
