-- Runs on SQLite and, as far as it goes, on PostgreSQL. Times are milliseconds since 1970 (UTC); bytea columns hold
-- protobuf messages of vzguard.v1. SQLite knows no type bytea and keeps what is stored.

create table agents (
  host_id       text   not null primary key,
  name          text   not null,
  enrolled_at   bigint not null,
  last_seen     bigint not null,
  stream_epoch  bigint not null,
  agent_version text   not null,
  digest        text   not null,
  facts         bytea  not null
);
create index agents_by_name on agents (name);

-- origin: 'agent' (its configuration) or 'operator'. An operator's label wins; an empty one hides the agent's.
create table labels (
  host_id text not null references agents (host_id) on delete cascade,
  origin  text not null,
  name    text not null,
  value   text not null,
  primary key (host_id, origin, name)
);

create table ves (
  host_id text    not null references agents (host_id) on delete cascade,
  ctid    text    not null,
  state   integer not null,
  digest  text    not null,
  facts   bytea   not null,
  primary key (host_id, ctid)
);

create table policies (
  name       text   not null primary key,
  latest     bigint not null,
  deleted_at bigint
);

create table policy_revisions (
  name       text   not null references policies (name),
  revision   bigint not null,
  text       text   not null,
  spec       bytea  not null,
  created_at bigint not null,
  created_by text   not null,
  primary key (name, revision)
);

-- Where which revision was last applied with success; ctid '' is the host itself.
create table applied (
  host_id    text   not null references agents (host_id) on delete cascade,
  ctid       text   not null,
  policy     text   not null,
  revision   bigint not null,
  applied_at bigint not null,
  primary key (host_id, ctid, policy)
);

create table tokens (
  token_id    text    not null primary key,
  secret_hash text    not null,
  role        text    not null,
  uses_left   integer not null,
  created_at  bigint  not null,
  expires_at  bigint  not null
);

create table audit (
  entry  bigint not null primary key,
  at     bigint not null,
  actor  text   not null,
  action text   not null,
  detail text   not null
);

create table rollouts (
  rollout_id text   not null primary key,
  number     bigint not null unique,
  kind       text   not null,
  policy     text   not null,
  revision   bigint not null,
  spec       bytea  not null,
  started_at bigint not null,
  started_by text   not null,
  -- What follows changes as the rollout goes on; see RolloutProgress.
  state                text    not null,
  wave                 integer not null,
  wait_from            bigint  not null,
  soak_until           bigint,
  ended_at             bigint,
  forgiven_failures    integer not null,
  forgiven_unreachable integer not null,
  stop_reason          text    not null
);

create table tasks (
  rollout_id   text    not null references rollouts (rollout_id),
  position     integer not null,
  host_id      text    not null,
  host_name    text    not null,
  ctid         text    not null,
  wave         integer not null,
  state        text    not null,
  attempt      integer not null,
  with_restart boolean not null,
  accepted     boolean not null,
  outstanding  text,
  started_at   bigint,
  deadline     bigint,
  ended_at     bigint,
  restarts     integer not null,
  summary      text    not null,
  causes       text    not null,
  -- JobResult of the attempt that ended the task, without facts and plans; empty before.
  result       bytea,
  primary key (rollout_id, position)
);
create index tasks_by_target on tasks (host_id, ctid);
