-- Additive: 1.4.2 does not name the column and stays right.
alter table charge add column request_key text unique;
