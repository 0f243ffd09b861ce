-- Why: a plan now holds steps that are about no single service, and steps that the command center does itself; a step says
-- what it is for, how often it is tried again by itself, and may wait for a time or for a measurement of its own.

alter table step alter column region_id drop not null, alter column service_id drop not null, alter column target_id drop not null;
alter table step add column role text;
update step set role = step_kind;
alter table step alter column role set not null;
alter table step
  add column retry_times integer not null default 0,
  add column backoff_ms integer not null default 0,
  add column max_backoff_ms integer not null default 0,
  add column retries integer not null default 0,
  add column not_before timestamptz(3),
  add column validation_id uuid;
alter table step add constraint step_retries check (retries between 0 and retry_times);
-- What has no region can be held by no agent.
alter table step add constraint step_center check (region_id is not null or status <> 'leased');
create index step_not_before on step (not_before) where status = 'ready' and not_before is not null;
create index step_measuring on step (validation_id) where status = 'ready' and validation_id is not null;

-- A run is measured once when it is over, and once for each of its steps that ask.
alter table validation add column step_id uuid;
drop index validation_run_id_key;
create index validation_run_id_idx on validation (run_id);
create unique index validation_one_at_the_end on validation (run_id) where step_id is null;
