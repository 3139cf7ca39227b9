import type { SourceFile } from '../input.ts';
import { alembic } from './alembic.ts';
import { atlas } from './atlas.ts';
import { dbmate } from './dbmate.ts';
import { diesel } from './diesel.ts';
import { django } from './django.ts';
import { drizzle } from './drizzle.ts';
import { isCode, nameOf } from './files.ts';
import { flyway } from './flyway.ts';
import type { Framework } from './framework.ts';
import { golangMigrate } from './golang-migrate.ts';
import { goose } from './goose.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { knex } from './knex.ts';
import { liquibase } from './liquibase.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plain } from './plain.ts';
import { pop } from './pop.ts';
import { prisma } from './prisma.ts';
import { rails } from './rails.ts';
import { refinery } from './refinery.ts';
import { sqitch } from './sqitch.ts';
import { sqlx } from './sqlx.ts';
import { supabase } from './supabase.ts';
import { typeorm } from './typeorm.ts';

/** Every framework, one line each, in the order in which they win when they claim the same files. */
export const frameworks: readonly [Framework, ...Framework[]] = [
  liquibase,
  goose,
  dbmate,
  nodePgMigrate,
  alembic,
  django,
  sqitch,
  drizzle,
  prisma,
  diesel,
  pop,
  sqlx,
  golangMigrate,
  refinery,
  flyway,
  supabase,
  graphileMigrate,
  atlas,
  rails,
  typeorm,
  knex,
  plain,
];

/** The framework of that id; undefined for no such framework. */
export function frameworkNamed(id: string): Framework | undefined {
  return frameworks.find((framework) => framework.id === id);
}

/** True for one of the small files that say how others run, and hold no migration themselves. */
export function isSideFile(path: string): boolean {
  const name = nameOf(path);
  return !/\.sql$/i.test(name) && frameworks.some(({ sideFiles }) => sideFiles?.test(name) === true);
}

/** A migration in another language, by its name: numbered as migrations are, and no test. */
export function isMigrationCode(path: string): boolean {
  const name = nameOf(path.replaceAll('\\', '/'));
  if (!isCode(name) || isSideFile(name) || /\.d\.[cm]?ts$|[._](test|spec)\.\w+$/.test(name)) return false;
  return /^(\d{3,}|[0-9a-f]{12})[_-]|^[VR]\d*[\d._]*__|^migration\.[cm]?[jt]s$/.test(name);
}

/** What to say of migrations that are no SQL: how their tool prints it. */
export function adviceFor({ path, text }: SourceFile): string {
  const own = frameworks.find(({ code }) => isCode(path) && code?.pattern.test(text) === true);
  return own?.code?.advice ?? 'give the SQL that it runs';
}

/**
 * The framework that claims most of the files, if that is at least half of those that are no side files: what it does
 * not claim it would not run. Plain SQL takes the rest.
 */
export function detectFramework(files: readonly SourceFile[]): Framework {
  const count = files.filter(({ path }) => !isSideFile(path) && !isCode(path)).length;
  let best: Framework = plain;
  let most = 0;
  for (const framework of frameworks) {
    const claimed = framework.claim(files);
    if (claimed > most) {
      best = framework;
      most = claimed;
    }
  }
  return most * 2 >= count ? best : plain;
}
