-- Why: whoever owns the database could rewrite a record together with its leaf. Tree heads are signed and leave the database; what is kept
-- here is their copy, the inner nodes that make proofs cheap, the keys that ever signed, and how each anchor fares.
create table record_node (
  level integer not null,
  index bigint not null,
  hash text not null,
  primary key (level, index)
);

create table tree_head (
  origin text not null,
  size bigint not null,
  root text not null,
  at timestamptz(3) not null,
  note text not null,
  primary key (origin, size)
);

create table record_key (
  verifier_key text not null primary key,
  since timestamptz(3) not null
);

create table anchor (
  name text not null primary key,
  size bigint not null default 0,
  anchored_at timestamptz(3),
  failing_since timestamptz(3),
  problem text,
  seen_at timestamptz(3) not null
);

create table record_alarm (
  kind text not null primary key constraint record_alarm_kind check (kind in ('anchor-late', 'rolled-back', 'rewritten')),
  because text not null,
  since timestamptz(3) not null
);

create table record_check (
  origin text not null primary key,
  size bigint not null,
  at timestamptz(3) not null
);

create trigger record_node_is_append_only before update or delete or truncate on record_node for each statement execute function refuse_change();
create trigger tree_head_is_append_only before update or delete or truncate on tree_head for each statement execute function refuse_change();
create trigger record_key_is_append_only before update or delete or truncate on record_key for each statement execute function refuse_change();
revoke update, delete, truncate on record_node, tree_head, record_key from knowngood_app;
