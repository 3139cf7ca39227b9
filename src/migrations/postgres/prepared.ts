import type { DeallocateStmt, DeclareCursorStmt, DiscardStmt, ExecuteStmt, Node, PrepareStmt } from 'libpg-query';
import { plannedOnly } from './do-block.ts';
import { lockReads } from './query.ts';
import type { Scene } from './scene.ts';
import { resetSession } from './schema.ts';

/** PREPARE locks as the query would, and keeps it for EXECUTE. */
export function prepare(statement: PrepareStmt, scene: Scene): void {
  if (statement.query === undefined) return;
  scene.read(statement.query, plannedOnly(scene));
  scene.catalog.prepared.set(statement.name ?? '', statement.query);
}

/** The query that EXECUTE runs; undefined where nobody saw it prepared. */
export function preparedQuery(statement: ExecuteStmt, scene: Scene): Node | undefined {
  return scene.catalog.prepared.get(statement.name ?? '') as Node | undefined; // prepare() puts nothing else there
}

export function execute(statement: ExecuteStmt, scene: Scene): void {
  const query = preparedQuery(statement, scene);
  if (query === undefined) scene.opaque(`what the prepared statement ${statement.name} does is not known`);
  else scene.read(query, scene);
}

export function deallocate(statement: DeallocateStmt, scene: Scene): void {
  if (statement.isall === true || statement.name === undefined) scene.catalog.prepared.clear();
  else scene.catalog.prepared.delete(statement.name);
}

/** DECLARE opens what the query reads; rows come with FETCH. */
export function declareCursor(statement: DeclareCursorStmt, scene: Scene): void {
  lockReads(statement.query, scene, true);
}

export function discard(statement: DiscardStmt, scene: Scene): void {
  if (statement.target !== 'DISCARD_ALL') return;
  scene.forbidTransaction();
  scene.catalog.prepared.clear();
  resetSession(scene.catalog);
}
