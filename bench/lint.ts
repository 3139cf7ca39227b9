/**
 * Whole-process time of `safety-gate lint` over generated migrations, start included: node bench/lint.ts [files] [runs]
 * Prints one line of JSON: median and worst in milliseconds.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A migration like those of real histories: a table, then changes to it and to older ones. */
function migration(number: number): string {
  const older = `items_${Math.max(0, number - 3)}`;
  return `-- migration ${number}
CREATE TABLE items_${number} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id bigint REFERENCES ${older} (id),
  title varchar(50) NOT NULL,
  price numeric(10,2) DEFAULT 0 CHECK (price >= 0),
  created_at timestamptz DEFAULT now()
);
CREATE INDEX items_${number}_owner_idx ON items_${number} (owner_id);
ALTER TABLE customers ADD COLUMN note_${number} text;
CREATE INDEX customers_note_${number}_idx ON customers (note_${number});
ALTER TABLE ${older} ALTER COLUMN title TYPE varchar(${60 + number});
UPDATE ${older} SET title = upper(title) WHERE id < 100;
COMMENT ON TABLE items_${number} IS 'made by migration ${number} — für die Messung';
`;
}

const files = Number(process.argv[2] ?? 300);
const runs = Number(process.argv[3] ?? 7);
const directory = mkdtempSync(join(tmpdir(), 'lint-bench-'));
mkdirSync(join(directory, 'migrations'));
for (let number = 1; number <= files; number += 1) {
  writeFileSync(join(directory, 'migrations', `V${number}__step.sql`), migration(number));
}
const entry = fileURLToPath(new URL('../bin/safety-gate.js', import.meta.url));
const times: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const start = performance.now();
  const done = spawnSync(process.execPath, [entry, 'lint', join(directory, 'migrations')], { maxBuffer: 1e9 });
  times.push(Math.round(performance.now() - start));
  if (done.status !== 1) throw new Error(`lint ended with ${done.status}: ${done.stderr}`);
}
rmSync(directory, { recursive: true });
times.sort((one, other) => one - other);
const medianMs = times[Math.floor(times.length / 2)];
process.stdout.write(`${JSON.stringify({ files, statements: files * 7, runs, medianMs, worstMs: times.at(-1) })}\n`);
