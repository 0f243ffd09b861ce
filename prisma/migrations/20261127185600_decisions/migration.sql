-- Why: what was decided is remembered with what was known then: the ways on the table, the facts and their age, who was asked, who objected.
-- What was shown never changes; only how it ended is added.

create table decision (
    id uuid not null,
    project_id uuid not null,
    incident_id uuid,
    plan_id uuid not null,
    plan_hash text not null,
    question text not null,
    options jsonb not null,
    facts jsonb not null,
    criteria jsonb not null,
    policy_revision integer not null,
    asked jsonb not null,
    reason text,
    opened_by uuid not null,
    opened_at timestamptz(3) not null,
    deadline timestamptz(3) not null,
    outcome text,
    because text,
    closed_at timestamptz(3),
    version integer not null default 1,
    constraint decision_pkey primary key (id)
);
-- One decision an approval request, and under its id: opened with it, closed with it.
alter table decision add constraint decision_id_fkey foreign key (id) references approval_request (id) on delete restrict on update cascade;
create index decision_incident_id_idx on decision (incident_id);
alter table decision add constraint decision_outcome check (outcome in ('approved', 'rejected', 'withdrawn', 'expired', 'void', 'superseded'));
alter table decision add constraint decision_closed check ((outcome is null) = (closed_at is null));

create table objection (
    decision_id uuid not null,
    person_id uuid not null,
    plan_hash text not null,
    reason text not null,
    at timestamptz(3) not null,
    constraint objection_pkey primary key (decision_id, person_id)
);
alter table objection add constraint objection_decision_id_fkey foreign key (decision_id) references decision (id) on delete restrict on update cascade;

create trigger objection_is_immutable before update or truncate on objection for each statement execute function refuse_change();
revoke update, delete, truncate on objection from knowngood_app;
revoke update, delete, truncate on decision from knowngood_app;
grant update (outcome, because, closed_at, version) on decision to knowngood_app;
