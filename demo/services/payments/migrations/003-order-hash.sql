-- One way: a hash takes the place of each order's id, and the ids are gone.
alter table charge add column order_hash text;
update charge set order_hash = md5(order_id::text);
alter table charge alter column order_hash set not null;
alter table charge drop column order_id;
