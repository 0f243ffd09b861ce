create table charge (
  id uuid primary key,
  order_id uuid not null,
  amount_cents integer not null check (amount_cents > 0),
  charged_at timestamptz not null default now()
);
create index charge_charged_at on charge (charged_at);
