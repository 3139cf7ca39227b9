/**
 * Whole-process time of `safety-gate lint`, start included, beside squawk on the same files, in turn, in one run:
 *   node bench/lint.ts [FOLDER or number of generated files] [runs]
 * `npm run build` first: where a source is newer than the bundle, the sources run, and take twice as long.
 * squawk comes from npm and is no dependency of ours: `npm install --prefix /tmp/squawk squawk-cli`, then name its folder in
 * SQUAWK=/tmp/squawk. It is measured as npm's command and as the bare binary behind it. One line of JSON: medians in
 * milliseconds, and the median of the ratios of neighbouring runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
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

function generate(files: number, directory: string): string {
  const folder = join(directory, 'migrations');
  mkdirSync(folder);
  for (let number = 1; number <= files; number += 1) {
    writeFileSync(join(folder, `V${number}__step.sql`), migration(number));
  }
  return folder;
}

function timeMs([program = '', ...args]: readonly string[]): number {
  const start = performance.now();
  const { error, status } = spawnSync(program, args, { maxBuffer: 1e9, stdio: ['ignore', 'pipe', 'pipe'] });
  if (error !== undefined || status === null) throw new Error(`${program} did not run to its end`, { cause: error });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** squawk's command of npm and the binary that it starts; empty where it is not installed. */
function peers(folder: string): Record<string, readonly string[]> {
  const root = process.env.SQUAWK;
  const command = root === undefined ? '' : join(root, 'node_modules/.bin/squawk');
  if (root === undefined || !existsSync(command)) {
    process.stderr.write('without squawk: npm install --prefix /tmp/squawk squawk-cli, and set SQUAWK=/tmp/squawk\n');
    return {};
  }
  const binary = join(root, `node_modules/@squawk-cli/${process.platform}-${process.arch}/bin/squawk`);
  const files = join(folder, '**/*.sql');
  return { squawk: [command, files], squawkBinary: [binary, files] };
}

const [what = '300', runs = '9'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'lint-bench-'));
const folder = /^\d+$/.test(what) ? generate(Number(what), directory) : resolve(what);
const entry = fileURLToPath(new URL('../bin/safety-gate.js', import.meta.url));
const own = [process.execPath, entry, 'lint', folder];
const others = peers(folder);
for (const command of [own, ...Object.values(others)]) timeMs(command); // reads the files, and fills the compile cache

const times: number[] = [];
const rounds = Array.from({ length: Number(runs) }, () => {
  const ownMs = timeMs(own);
  times.push(ownMs);
  return Object.fromEntries(Object.entries(others).map(([name, command]) => [name, { ownMs, ms: timeMs(command) }]));
});
const compared = Object.keys(others).map((name) => {
  const pairs = rounds.map((round) => round[name] ?? { ownMs: Number.NaN, ms: Number.NaN });
  const ratio = median(pairs.map(({ ownMs, ms }) => ownMs / ms));
  return [name, { medianMs: Math.round(median(pairs.map(({ ms }) => ms))), ratio: Number(ratio.toFixed(2)) }];
});
const files = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.sql')).length;
rmSync(directory, { recursive: true });
const result = {
  files,
  runs: times.length,
  medianMs: Math.round(median(times)),
  worstMs: Math.round(Math.max(...times)),
};
process.stdout.write(`${JSON.stringify({ ...result, ...Object.fromEntries(compared) })}\n`);
