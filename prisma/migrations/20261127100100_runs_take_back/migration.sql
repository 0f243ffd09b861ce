-- Why: a run can take back what it did; an agent says how many steps it takes at a time; and a plan that was hashed once needs
-- no hashing before every lease, because the database refuses to change it.

alter table run add column compensating boolean not null default false;
alter table agent add column parallel integer not null default 1;
alter table agent add constraint agent_parallel check (parallel > 0);
create trigger plan_is_immutable before update of document, hash or truncate on plan for each statement execute function refuse_change();
create index step_held on step (agent_id) where status = 'leased';
