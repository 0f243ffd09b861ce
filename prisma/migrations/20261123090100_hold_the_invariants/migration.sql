-- Why: what the database can hold, it holds: history that cannot be edited, states that cannot be misspelt, one open
-- breach, one pending request and one live run where there may be only one, and three roles with no more than they need.

-- States ---------------------------------------------------------------------------------------------------------
alter table environment add constraint environment_kind check (kind in ('real', 'drill'));
alter table service add constraint service_tier check (tier between 1 and 4);
alter table service add constraint service_data_class check (data_class in ('public', 'internal', 'customer', 'regulated'));
alter table target add constraint target_capacity check (instances > 0 and min_up between 0 and instances);
alter table approval_request add constraint approval_request_status check (status in ('pending', 'satisfied', 'rejected', 'expired', 'void', 'withdrawn'));
alter table approval add constraint approval_vote check (vote in ('approve', 'reject'));
alter table deployment add constraint deployment_status check (status in ('requested', 'running', 'succeeded', 'failed', 'refused'));
alter table validation add constraint validation_status check (status in ('measuring', 'done') and (status = 'done') = (verdict is not null));
alter table validation add constraint validation_verdict check (verdict in ('pass', 'fail', 'no data'));
alter table rule_state add constraint rule_state_verdict check (verdict in ('ok', 'breach', 'no verdict'));
alter table breach add constraint breach_action check (action in ('rollback', 'propose', 'notify', 'escalate', 'suppress'));
alter table plan add constraint plan_purpose check (purpose in ('rollback', 'deployment'));
alter table run add constraint run_status check (status in ('pending', 'running', 'paused', 'succeeded', 'failed', 'aborted'));
alter table step add constraint step_status check (status in ('blocked', 'ready', 'leased', 'succeeded', 'failed', 'indeterminate', 'skipped', 'cancelled'));
alter table step add constraint step_leased check ((status = 'leased') = (lease_expires_at is not null));
alter table attempt add constraint attempt_outcome check (outcome in ('succeeded', 'failed', 'cancelled', 'expired'));
alter table incident add constraint incident_status check (status in ('open', 'mitigating', 'monitoring', 'resolved', 'closed'));
alter table incident add constraint incident_severity check (severity in ('SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'));
alter table incident_update add constraint incident_update_status check (status in ('draft', 'approved', 'published', 'withdrawn'));
alter table incident_update add constraint incident_update_audience check (audience in ('responders', 'leadership', 'support', 'public'));
-- A drill has no public audience.
alter table incident_update add constraint incident_update_drill check (not (kind = 'drill' and audience = 'public'));
alter table public_component add constraint public_component_state check (state in ('operational', 'degraded', 'outage'));
alter table sample add constraint sample_counts check (requests >= 0 and errors >= 0 and errors <= requests and seconds > 0);

-- One at a time ----------------------------------------------------------------------------------------------------
create unique index breach_one_open on breach (criteria_id, rule, target_id) where closed_at is null;
create unique index approval_request_one_pending on approval_request (plan_id) where status = 'pending';
create unique index run_one_live on run (plan_id) where status in ('pending', 'running', 'paused');
create index step_ready on step (environment_id, region_id, kind) where status = 'ready';
create index step_leases on step (lease_expires_at) where status = 'leased';
create index notification_unseen on notification (person_id, created_at desc) where seen_at is null;

-- History ------------------------------------------------------------------------------------------------------------
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: its rows never change', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger record_is_append_only before update or delete or truncate on record for each statement execute function refuse_change();
create trigger record_leaf_is_append_only before update or delete or truncate on record_leaf for each statement execute function refuse_change();
create trigger record_payload_is_never_edited before update or truncate on record_payload for each statement execute function refuse_change();
create trigger release_is_immutable before update or truncate on release for each statement execute function refuse_change();
create trigger criteria_revision_is_immutable before update or delete or truncate on criteria_revision for each statement execute function refuse_change();
create trigger approval_policy_is_immutable before update or delete or truncate on approval_policy for each statement execute function refuse_change();
create trigger approval_is_immutable before update or truncate on approval for each statement execute function refuse_change();

-- Roles ----------------------------------------------------------------------------------------------------------------
grant usage on schema public to knowngood_app, knowngood_public;
grant select, insert, update, delete on all tables in schema public to knowngood_app;
grant usage, select on all sequences in schema public to knowngood_app;
revoke update, delete, truncate on record, record_payload, record_leaf, release, criteria_revision, approval_policy, approval from knowngood_app;
revoke update on outbox from knowngood_app;
revoke all on _prisma_migrations from knowngood_app, knowngood_public;
grant select on public_update, public_component to knowngood_public;
alter default privileges in schema public grant select, insert, update, delete on tables to knowngood_app;
alter default privileges in schema public grant usage, select on sequences to knowngood_app;
