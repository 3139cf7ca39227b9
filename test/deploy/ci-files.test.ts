import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { readLintArguments } from '../../src/cli/lint-arguments.ts';
import { parseConfig } from '../../src/config/load.ts';
import { lintSettingsSchema } from '../../src/migrations/settings-schema.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A YAML file of the repository, without so much as a warning. */
function yamlFile(path: string): unknown {
  const document = parseDocument(readFileSync(join(root, path), 'utf8'), { strict: true });
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
}

// pre-commit documentation, "Creating new hooks"
const hooks = z.array(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    entry: z.string(),
    language: z.literal('node'),
    language_version: z.string().regex(/^\d+\.\d+\.\d+$/),
    files: z.string(),
    require_serial: z.boolean(),
  }),
);

// GitHub documentation, "Metadata syntax reference"
const action = z.strictObject({
  name: z.string(),
  description: z.string().max(125),
  inputs: z.record(
    z.string(),
    z.strictObject({ description: z.string(), required: z.boolean().optional(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal('composite'),
    steps: z.array(
      z.union([
        z.strictObject({ if: z.string(), uses: z.string(), with: z.record(z.string(), z.string()) }),
        z.strictObject({
          id: z.string().optional(),
          shell: z.literal('bash'),
          env: z.record(z.string(), z.string()).optional(),
          run: z.string(),
        }),
      ]),
    ),
  }),
  branding: z.strictObject({ icon: z.string(), color: z.string() }),
});

test('the pre-commit hook is well-formed, its command line one of ours', () => {
  const [hook] = hooks.parse(yamlFile('.pre-commit-hooks.yaml'));
  const [program, command, ...args] = hook?.entry.split(' ') ?? [];
  expect([program, command]).toEqual(['safety-gate', 'lint']);
  expect(readLintArguments([...args, 'db/1.sql']).paths).toEqual(['db/1.sql']);
  expect('db/1.sql').toMatch(new RegExp(hook?.files ?? ''));
});

describe('the action', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'action-'));
    writeFileSync(join(directory, 'a b.sql'), 'DROP TABLE x;');
    writeFileSync(join(directory, 'clean.sql'), 'SELECT 1;');
    writeFileSync(join(directory, 'gate.yml'), 'lint: { rules: { missing-lock-timeout: off } }');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** The script of the step that lints, as GitHub's runner starts it. */
  function lintStep(inputs: Readonly<Record<string, string>>) {
    const { runs, inputs: declared } = action.parse(yamlFile('action.yml'));
    const step = runs.steps.find((each) => 'id' in each && each.id === 'lint');
    if (step === undefined || !('run' in step)) throw new Error('no step that lints');
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => {
        const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
        expect(Object.keys(declared)).toContain(input);
        return [name, inputs[input] ?? ''];
      }),
    );
    expect(step.run).not.toContain('${{'); // an input inside the script could bring commands of its own
    const files = { GITHUB_OUTPUT: join(directory, 'output'), GITHUB_STEP_SUMMARY: join(directory, 'summary') };
    for (const file of Object.values(files)) writeFileSync(file, '');
    const path = `${dirname(process.execPath)}:${process.env.PATH}`;
    const done = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: directory,
      env: { PATH: path, GITHUB_ACTION_PATH: root, ...files, ...env },
      encoding: 'utf8',
    });
    const read = (file: string) => readFileSync(file, 'utf8');
    return { ...done, output: read(files.GITHUB_OUTPUT), summary: read(files.GITHUB_STEP_SUMMARY) };
  }

  test('annotates, writes the summary and the SARIF file, and fails as lint does', () => {
    const done = lintStep({
      paths: 'a b.sql\n\nclean.sql\n',
      sarif: 'out/lint.sarif',
      config: 'gate.yml',
      dialect: 'postgresql',
      framework: 'plain',
      'server-version': '15',
    });
    expect(done).toMatchObject({ status: 1, stderr: '', output: 'exit-code=1\n' });
    expect(done.stdout).toMatch(/^::error file=a b\.sql,line=1,endLine=1,col=1,title=drop-table::[^\n]*\n$/);
    expect(done.summary).toContain('judged for PostgreSQL 15');
    expect(JSON.parse(readFileSync(join(directory, 'out/lint.sarif'), 'utf8')).runs[0].results).toHaveLength(1);
  });

  test('judges what is new since a revision', () => {
    const git = (...args: string[]) => expect(spawnSync('git', args, { cwd: directory }).status).toBe(0);
    git('init', '-q');
    git('add', 'clean.sql', 'a b.sql');
    git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-qm', 'first');
    const found = lintStep({ paths: '.', since: 'HEAD' });
    expect(found).toMatchObject({ status: 0, stdout: expect.not.stringContaining('::error') });
    writeFileSync(join(directory, 'new.sql'), 'DROP TABLE y;');
    expect(lintStep({ paths: '.', since: 'HEAD' }).stdout).toMatch(/^::error file=new\.sql,.*title=drop-table/);
  });

  test('takes no input for code or for a flag', () => {
    const done = lintStep({ paths: 'clean.sql\n$(touch hacked)\n--format=json', arguments: '--effects' });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain('$(touch hacked): no such file or directory');
    expect(done.stderr).toContain('--format=json: no such file or directory');
  });

  test('ends with 0 when all is well', () => {
    expect(lintStep({ paths: 'clean.sql' })).toMatchObject({ status: 0, stdout: '', output: 'exit-code=0\n' });
  });
});

test('the settings in the documentation are taken', () => {
  const page = readFileSync(join(root, 'docs/lint.md'), 'utf8');
  const [, settings = ''] = /^```yaml\n(lint:\n[\s\S]*?)^```/m.exec(page) ?? [];
  const { lint } = parseConfig(settings, 'docs/lint.md');
  // every setting is shown
  expect(Object.keys(lint).sort()).toEqual(Object.keys(lintSettingsSchema.shape).sort());
});

describe('command lines in the documentation', () => {
  const pages = ['README.md', 'docs/lint.md'];
  const lines = pages.flatMap((page) =>
    [
      ...readFileSync(join(root, page), 'utf8').matchAll(/^ *(?:- (?:run: )?)?(?:npx )?safety-gate lint ([^#\n]*)/gm),
    ].map(([, args = '']) => [page, args.trim()] as const),
  );

  test('are there', () => expect(new Set(lines.map(([page]) => page))).toEqual(new Set(pages)));

  test.each(lines)('%s: safety-gate lint %s', (_, args) => {
    const words = args.replace(/ [|>].*$/, '').split(/\s+/);
    expect(readLintArguments(words).paths.length).toBeGreaterThan(0);
  });
});
