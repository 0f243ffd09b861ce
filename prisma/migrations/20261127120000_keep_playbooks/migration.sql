-- Why: what is done around a rollback is written down, reviewed and versioned; a plan names the revision that shaped it, so
-- no revision ever changes.

create table playbook (
    id uuid not null,
    project_id uuid not null,
    name text not null,
    revision integer not null,
    retired_at timestamptz(3),
    constraint playbook_pkey primary key (id)
);
create unique index playbook_project_id_name_key on playbook (project_id, name);

create table playbook_revision (
    playbook_id uuid not null,
    revision integer not null,
    text text not null,
    digest text not null,
    author text not null,
    reason text not null,
    created_at timestamptz(3) not null,
    constraint playbook_revision_pkey primary key (playbook_id, revision)
);
alter table playbook_revision add constraint playbook_revision_playbook_id_fkey foreign key (playbook_id) references playbook (id) on delete restrict on update cascade;
alter table playbook_revision add constraint playbook_revision_digest check (digest ~ '^sha256:[0-9a-f]{64}$');

create trigger playbook_revision_is_immutable before update or delete or truncate on playbook_revision for each statement execute function refuse_change();
revoke update, delete, truncate on playbook_revision from knowngood_app;
