-- What the examples of the rules stand on: tables with rows, so that their safer ways can be run.
CREATE TABLE accounts (id bigint PRIMARY KEY, name text, email text);
CREATE TABLE payments (
  id int NOT NULL,
  account_id bigint,
  amount int,
  fee int,
  reference text,
  state text,
  note text,
  created_at timestamp
);
CREATE TABLE legs (id bigint PRIMARY KEY, amount int, price numeric(12,4), label varchar(100), state text, account_id bigint);
CREATE INDEX payments_account_idx ON payments (account_id);
CREATE UNIQUE INDEX payments_id_idx ON payments (id);
CREATE UNIQUE INDEX payments_account_reference_idx ON payments (account_id, reference);
CREATE UNIQUE INDEX payments_reference_idx ON payments (reference);
CREATE TABLE bookings (room int4range, during tsrange);
CREATE TABLE sessions (id bigint PRIMARY KEY, expired_at timestamptz);
CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric(10,2), note varchar(20), UNIQUE (note));
CREATE VIEW open_invoices AS SELECT id, amount FROM legs;
CREATE MATERIALIZED VIEW totals AS SELECT id, amount FROM legs;
CREATE UNIQUE INDEX totals_id_idx ON totals (id);
CREATE SCHEMA billing;
CREATE TABLE billing.plans (id int PRIMARY KEY);
CREATE TABLE events (id bigint NOT NULL, year int NOT NULL, account_id bigint) PARTITION BY RANGE (year);
CREATE TABLE events_2022 PARTITION OF events FOR VALUES FROM (2022) TO (2023);
CREATE TABLE events_2023 PARTITION OF events FOR VALUES FROM (2023) TO (2024);
CREATE INDEX events_account_idx ON events (account_id);
CREATE TABLE events_2024 (id bigint NOT NULL, year int NOT NULL, account_id bigint);
INSERT INTO accounts SELECT n, 'name ' || n, n || '@example.org' FROM generate_series(1, 50) AS n;
INSERT INTO payments SELECT n, n, n, 1, 'r' || n, 'new', '', '2024-01-01' FROM generate_series(1, 50) AS n;
INSERT INTO legs SELECT n, n, n, 'l' || n, 'new', n FROM generate_series(1, 50) AS n;
INSERT INTO sessions SELECT n, '2020-01-01' FROM generate_series(1, 50) AS n;
INSERT INTO invoices SELECT n, n, 'n' || n FROM generate_series(1, 50) AS n;
INSERT INTO events SELECT n, 2022 + n % 2, n FROM generate_series(1, 50) AS n;
