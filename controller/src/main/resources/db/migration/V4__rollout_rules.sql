-- When an operator last said that it should go on (null: before this was known), and the endings that count no more: eight numbers
-- (failed, refused, unreachable, timed out; first over all waves, then in the present wave), empty: as the older columns say.
alter table rollouts add column word_at bigint;
alter table rollouts add column endings text not null default '';

-- Plan that it carries out, to the letter; empty: whatever each target needs.
alter table rollouts add column plan_id text not null default '';

-- A job that might restart the VE failed, and the VE was not seen running since.
alter table tasks add column unhealthy boolean not null default false;

-- What operators were shown: one row per plan, and per host one line for each target: its CTID ("-" is the host itself), a blank, the
-- hash of its plan ("-": it could not be planned).
create table plans (
  plan_id text    not null primary key,
  number  bigint  not null unique,
  policy  text    not null,
  spec    bytea   not null,
  digest  text    not null,
  targets integer not null,
  made_at bigint  not null,
  made_by text    not null
);

create table plan_hosts (
  plan_id text not null references plans (plan_id) on delete cascade,
  host_id text not null,
  hashes  text not null,
  primary key (plan_id, host_id)
);
