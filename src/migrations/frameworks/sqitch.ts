import type { SourceFile } from '../input.ts';
import type { ReportProblem } from '../report.ts';
import { byPath, linesOf, nameOf, whole } from './files.ts';
import type { Arrangement, Framework, Migration } from './framework.ts';

interface Script {
  readonly kind: string;
  readonly change: string;
}

/** The first line that `sqitch add` writes. */
const header = /^--\s*(deploy|revert|verify)\s+\S+?:(\S+)/im;

/** Which script a file is, and of which change: `deploy/users/add.sql` deploys `users/add`; without a folder its header says it. */
function scriptOf({ path, text }: SourceFile): Script | undefined {
  if (!path.endsWith('.sql')) return undefined;
  const [, kind, change] = /(?:^|\/)(deploy|revert|verify)\/(.+)\.sql$/.exec(path) ?? [];
  if (kind !== undefined && change !== undefined) return { kind, change };
  const [, word, name] = path.includes('/') ? [] : (header.exec(text) ?? []);
  return word === undefined || name === undefined ? undefined : { kind: word.toLowerCase(), change: name };
}

/** Changes in the order of the plan. A change that was reworked keeps its older scripts under `name@tag`. */
function planned(plan: string): readonly string[] {
  const order: string[] = [];
  const latest = new Map<string, number>();
  let tag: string | undefined;
  for (const { text } of linesOf(plan)) {
    const line = text.trim();
    if (line === '' || /^[#%]/.test(line)) continue;
    const name = line.split(/\s/)[0]?.replace(/^\+/, '') ?? '';
    if (name.startsWith('@')) tag = name;
    else if (!name.startsWith('-')) {
      const before = latest.get(name);
      if (before !== undefined && tag !== undefined) order[before] = `${name}${tag}`;
      latest.set(name, order.length);
      order.push(name);
    }
  }
  return order;
}

function isPlan({ path }: SourceFile): boolean {
  return nameOf(path) === 'sqitch.plan';
}

function arrange(files: readonly SourceFile[]): Arrangement {
  const plan = files.find(isPlan);
  const order = plan === undefined ? undefined : planned(plan.text);
  const rank = new Map(order?.map((change, at) => [change, at]));
  const scripts = files.flatMap((file) => {
    const script = scriptOf(file);
    return script === undefined ? [] : [{ ...script, file }];
  });
  const toFile = ({ path, text }: SourceFile) => ({ path, sql: text, parts: whole(text, 'none') });
  const reverts = new Map(scripts.filter(({ kind }) => kind === 'revert').map((script) => [script.change, script]));
  const deploys = scripts.filter(({ kind }) => kind === 'deploy');
  const listed = deploys.filter(({ change }) => order === undefined || rank.has(change));
  const names = new Set(deploys.map(({ change }) => change));
  listed.sort(
    (one, other) => (rank.get(one.change) ?? 0) - (rank.get(other.change) ?? 0) || byPath(one.file, other.file),
  );
  const unlisted = deploys.filter((script) => !listed.includes(script));
  const problems: ReportProblem[] = [
    ...unlisted.map(({ file: { path } }) => ({
      path,
      message: 'is not in sqitch.plan: sqitch never runs it, and it is not judged',
    })),
    ...(plan === undefined && listed.length > 1
      ? [{ path: listed[0]?.file.path ?? '', message: 'no sqitch.plan was given: taken in the order of their names' }]
      : []),
  ];
  return {
    migrations: listed.map(({ file, change }): Migration => {
      const revert = reverts.get(change);
      return { ...toFile(file), down: revert === undefined ? undefined : toFile(revert.file) };
    }),
    lone: [...reverts.values()].filter(({ change }) => !names.has(change)).map(({ file }) => toFile(file)),
    idle: [...scripts.filter(({ kind }) => kind === 'verify'), ...unlisted].map(({ file }) => file.path),
    problems,
  };
}

/** Sqitch: psql runs a deploy script for each change of the plan. */
export const sqitch: Framework = {
  id: 'sqitch',
  title: 'Sqitch',
  page: {
    files: '`deploy/name.sql`, `revert/name.sql`, `verify/name.sql`, `sqitch.plan`',
    order: 'by the plan',
    transaction: 'what the scripts say with BEGIN and COMMIT: psql runs them statement by statement',
    source: 'Sqitch: sqitchtutorial, sqitchchanges, sqitch-rework',
  },
  sideFiles: /^sqitch\.(plan|conf)$/,
  psql: true,
  claim: (files) => {
    const scripts = files.filter((file) => scriptOf(file) !== undefined);
    const known = files.some(isPlan) || scripts.some(({ text }) => header.test(text));
    return known ? scripts.length : 0;
  },
  arrange,
  write: ({ sql, transaction }) =>
    transaction === 'outside' ? `-- deploy/name.sql\n${sql}` : `-- deploy/name.sql\nBEGIN;\n${sql}\nCOMMIT;`,
};
