create table customer_order (
  id uuid primary key,
  sku text not null,
  quantity integer not null check (quantity between 1 and 99),
  amount_cents integer not null check (amount_cents > 0),
  status text not null check (status in ('placed', 'paid', 'unpaid')),
  placed_at timestamptz not null default now()
);
create index customer_order_placed_at on customer_order (placed_at);
