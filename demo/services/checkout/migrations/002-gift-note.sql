-- Additive: 1.4.x does not name the column, and its rows get the default.
alter table customer_order add column gift_note text not null default '';
