-- Why: a policy judges by tier, data class, jurisdiction and kind. What it judged by is kept with the request, so that a later revision is
-- asked about the same change. Null = asked before this was kept: every rule may speak.
alter table approval_request add column facts jsonb;
