-- Why: whoever holds a stolen cookie or an open laptop must not approve, start or publish with it. A person proves with a second factor
-- that it is they; sessions end when unused, and all of a person's sessions end by one moment of the database's clock.
alter table session add column last_seen_at timestamptz(3) not null default now();
alter table session add column proven_at timestamptz(3);
alter table person add column sessions_expired_at timestamptz(3);
alter table project add column step_up text not null default 'enrolled' constraint project_step_up check (step_up in ('enrolled', 'everyone'));

create table second_factor (
  id uuid not null primary key,
  person_id uuid not null references person (id) on delete cascade on update cascade,
  kind text not null,
  name text not null,
  secret text not null,
  last_step bigint not null default 0,
  created_at timestamptz(3) not null,
  confirmed_at timestamptz(3)
);
create index second_factor_person_id_idx on second_factor (person_id);

create table recovery_code (
  id uuid not null primary key,
  person_id uuid not null references person (id) on delete cascade on update cascade,
  code_hash text not null,
  used_at timestamptz(3)
);
create unique index recovery_code_person_id_code_hash_key on recovery_code (person_id, code_hash);

create table factor_guess (
  person_id uuid not null primary key references person (id) on delete cascade on update cascade,
  since timestamptz(3) not null,
  count integer not null
);
