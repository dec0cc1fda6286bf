-- What each task brings its target to, and from where: revisions of the rollout's policy, 0 means without it.
alter table tasks add column from_revision bigint not null default 0;
alter table tasks add column to_revision bigint not null default 0;
update tasks set to_revision = (
  select revision from rollouts
  where rollouts.rollout_id = tasks.rollout_id and rollouts.kind = 'APPLY'
)
where rollout_id in (select rollout_id from rollouts where kind = 'APPLY');

-- scope: 'ALL' targets of the policy, or a 'PART' of them. takes_back: id of the rollout that a rollback takes back.
alter table rollouts add column scope text not null default 'PART';
alter table rollouts add column takes_back text not null default '';

-- The revision that new hosts and VEs are brought to; 0: none.
alter table policies add column enforced bigint not null default 0;
