/**
 * The gate's first tables. Plain SQL, one statement an entry, so that the project lints its own migrations.
 * Ids are texts with a prefix; times are given by the program, so no column defaults to now().
 */
export const up: readonly string[] = [
  `create table deployments (
    id text primary key,
    service text,
    application text not null,
    deployment_group text not null,
    compute_platform text not null,
    creator text not null,
    is_rollback boolean not null,
    revision jsonb not null,
    provider_status text not null,
    created_at timestamptz not null,
    first_seen_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create index deployments_by_service on deployments (service, created_at desc)',
  'create index deployments_newest_first on deployments (created_at desc, id desc)',
  `create table evaluations (
    id text primary key,
    execution_key text not null unique,
    execution_id text not null,
    deployment_id text not null,
    lifecycle_event text not null,
    service text,
    verdict text not null check (verdict in ('pending', 'pass', 'fail')),
    reasons jsonb not null,
    checks jsonb not null,
    queued boolean not null default false,
    looks integer not null default 0,
    started_at timestamptz not null,
    deadline_at timestamptz not null,
    decided_at timestamptz,
    reported_at timestamptz,
    report_outcome text
  )`,
  'create index evaluations_to_queue on evaluations (started_at) where not queued',
  'create index evaluations_by_deployment on evaluations (deployment_id, started_at)',
  `create table migration_reports (
    id text primary key,
    service text not null,
    revision text not null,
    report jsonb not null,
    created_at timestamptz not null,
    created_by text not null
  )`,
  'create index migration_reports_by_revision on migration_reports (service, revision, created_at desc)',
  `create table watches (
    id text primary key,
    deployment_id text not null unique,
    service text not null,
    status text not null check (status in ('running', 'decided')),
    decision text,
    reasons jsonb not null,
    targets jsonb,
    looks integer not null default 0,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    decided_at timestamptz
  )`,
  `create table observations (
    watch_id text not null references watches (id),
    look integer not null,
    fetched_at timestamptz not null,
    observation jsonb not null,
    decision jsonb not null,
    primary key (watch_id, look)
  )`,
  `create table rollbacks (
    id text primary key,
    deployment_id text not null,
    service text not null,
    status text not null check (status in ('planned', 'running', 'done', 'failed', 'refused')),
    plan jsonb not null,
    outcome jsonb not null,
    follow_deployment_id text,
    looks integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz
  )`,
  // However many reasons arrive at the same second, the database lets one rollback of a deployment be under way.
  `create unique index rollbacks_one_under_way on rollbacks (deployment_id) where status in ('planned', 'running')`,
  'create index rollbacks_by_deployment on rollbacks (deployment_id, created_at)',
  `create table rollback_reasons (
    id text primary key,
    rollback_id text not null references rollbacks (id),
    source text not null,
    text text not null,
    actor text not null,
    at timestamptz not null
  )`,
  'create index rollback_reasons_by_rollback on rollback_reasons (rollback_id, at)',
  `create table idempotency_keys (
    key text primary key,
    body_hash text not null,
    rollback_id text not null references rollbacks (id),
    created_at timestamptz not null
  )`,
  `create table actions (
    id text primary key,
    deployment_id text not null,
    rollback_id text,
    evaluation_id text,
    call text not null,
    input jsonb not null,
    recorded_at timestamptz not null,
    ended_at timestamptz,
    outcome jsonb
  )`,
  'create index actions_by_deployment on actions (deployment_id, recorded_at)',
  'create index actions_by_rollback on actions (rollback_id, recorded_at)',
  `create table overrides (
    id text primary key,
    deployment_id text not null,
    evaluation_id text,
    verdict text not null check (verdict in ('pass', 'fail')),
    reason text not null,
    actor text not null,
    at timestamptz not null
  )`,
  'create index overrides_by_deployment on overrides (deployment_id, at)',
  `create table tokens (
    id text primary key,
    name text not null,
    secret_hash text not null,
    scopes jsonb not null,
    services jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
  )`,
  `create table audit (
    id text primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null
  )`,
  'create index audit_by_subject on audit (subject, at)',
];
