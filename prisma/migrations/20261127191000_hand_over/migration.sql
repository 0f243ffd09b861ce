-- Why: command that is handed over in words is half handed over. An offer keeps what was handed, to whom, under which term, and how it ended.

create table seat_offer (
    id uuid not null,
    project_id uuid not null,
    incident_id uuid not null,
    term integer not null,
    from_id uuid not null,
    to_id uuid not null,
    note text not null,
    packet jsonb not null,
    status text not null,
    offered_at timestamptz(3) not null,
    expires_at timestamptz(3) not null,
    closed_at timestamptz(3),
    version integer not null default 1,
    constraint seat_offer_pkey primary key (id)
);
create index seat_offer_incident_id_idx on seat_offer (incident_id);
alter table seat_offer add constraint seat_offer_status check (status in ('offered', 'accepted', 'declined', 'withdrawn', 'expired'));
alter table seat_offer add constraint seat_offer_closed check ((status = 'offered') = (closed_at is null));
alter table seat_offer add constraint seat_offer_two_people check (from_id <> to_id);
create unique index seat_offer_one_open on seat_offer (incident_id) where status = 'offered';
