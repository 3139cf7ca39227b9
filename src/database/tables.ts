import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Reason } from '../reason.ts';

/** Rows as the store holds them. Times come from the caller's clock, never from the database's. */
type Time = ColumnType<Date, Date | string, Date | string>;
type MaybeTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
type Json<T> = JSONColumnType<T & object>;
type MaybeJson<T> = ColumnType<T | null, string | null | undefined, string | null>;

export interface DeploymentsTable {
  id: string;
  service: string | null;
  application: string;
  deployment_group: string;
  compute_platform: string;
  creator: string;
  is_rollback: boolean;
  revision: Json<Record<string, unknown>>;
  provider_status: string;
  created_at: Time;
  first_seen_at: Time;
  updated_at: Time;
}

export interface EvaluationsTable {
  id: string;
  /** sha256 of deployment and execution id: execution ids are too long for an index. */
  execution_key: string;
  execution_id: string;
  deployment_id: string;
  lifecycle_event: string;
  service: string | null;
  verdict: 'pending' | 'pass' | 'fail';
  reasons: Json<readonly Reason[]>;
  checks: Json<readonly unknown[]>;
  /** Whether its first job was made: until then the row is its own outbox entry (deployments/dispatch.ts). */
  queued: Generated<boolean>;
  /** How many looks were taken: a job that carries an older number is a duplicate and does nothing. */
  looks: Generated<number>;
  started_at: Time;
  deadline_at: Time;
  decided_at: MaybeTime;
  reported_at: MaybeTime;
  report_outcome: string | null;
}

export interface MigrationReportsTable {
  id: string;
  service: string;
  revision: string;
  report: Json<Record<string, unknown>>;
  created_at: Time;
  created_by: string;
}

export interface WatchesTable {
  id: string;
  deployment_id: string;
  service: string;
  status: 'running' | 'decided';
  decision: string | null;
  reasons: Json<readonly Reason[]>;
  targets: MaybeJson<Record<string, unknown>>;
  policy: MaybeJson<Record<string, unknown>>;
  looks: Generated<number>;
  started_at: Time;
  ends_at: Time;
  decided_at: MaybeTime;
}

export interface ObservationsTable {
  watch_id: string;
  look: number;
  fetched_at: Time;
  observation: Json<Record<string, unknown>>;
  decision: Json<Record<string, unknown>>;
}

export interface RollbacksTable {
  id: string;
  deployment_id: string;
  service: string;
  status: 'planned' | 'running' | 'done' | 'failed' | 'refused';
  plan: Json<Record<string, unknown>>;
  outcome: Json<readonly Reason[]>;
  /** The deployment that carries the previous version back, once the provider has one. */
  follow_deployment_id: string | null;
  looks: Generated<number>;
  created_at: Time;
  updated_at: Time;
  ended_at: MaybeTime;
}

export interface RollbackReasonsTable {
  id: string;
  rollback_id: string;
  source: string;
  text: string;
  actor: string;
  at: Time;
}

export interface IdempotencyKeysTable {
  key: string;
  body_hash: string;
  rollback_id: string;
  created_at: Time;
}

export interface ActionsTable {
  id: string;
  deployment_id: string;
  rollback_id: string | null;
  evaluation_id: string | null;
  call: string;
  input: Json<Record<string, unknown>>;
  recorded_at: Time;
  ended_at: MaybeTime;
  outcome: MaybeJson<Record<string, unknown>>;
}

export interface OverridesTable {
  id: string;
  deployment_id: string;
  evaluation_id: string | null;
  verdict: 'pass' | 'fail';
  reason: string;
  actor: string;
  at: Time;
}

export interface TokensTable {
  id: string;
  name: string;
  secret_hash: string;
  scopes: Json<readonly string[]>;
  services: Json<readonly string[]>;
  created_at: Time;
  expires_at: MaybeTime;
  revoked_at: MaybeTime;
}

export interface AuditTable {
  id: string;
  at: Time;
  actor: string;
  action: string;
  subject: string;
  detail: Json<Record<string, unknown>>;
}

export interface Tables {
  deployments: DeploymentsTable;
  evaluations: EvaluationsTable;
  migration_reports: MigrationReportsTable;
  watches: WatchesTable;
  observations: ObservationsTable;
  rollbacks: RollbacksTable;
  rollback_reasons: RollbackReasonsTable;
  idempotency_keys: IdempotencyKeysTable;
  actions: ActionsTable;
  overrides: OverridesTable;
  tokens: TokensTable;
  audit: AuditTable;
}
