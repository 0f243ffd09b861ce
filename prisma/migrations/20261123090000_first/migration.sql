-- Why: the first shape of everything: projects, kinds and format versions are in from the start.
CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "service" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "team_id" UUID NOT NULL,
    "tier" INTEGER NOT NULL,
    "data_class" TEXT NOT NULL,
    "jurisdictions" TEXT[],
    "repeatable" BOOLEAN NOT NULL DEFAULT true,
    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "environment" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "region" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "jurisdiction" TEXT NOT NULL,
    "rto_seconds" INTEGER NOT NULL,
    "traffic_share" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "region_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "target" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "instances" INTEGER NOT NULL,
    "min_up" INTEGER NOT NULL,
    "observed" JSONB,
    "observed_at" TIMESTAMPTZ(3),
    "observed_by" UUID,
    "desired_release_id" UUID,
    "last_known_good_release_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "target_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "incident_id" UUID,
    "topic" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3),
    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "incident_update" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "text_digest" TEXT NOT NULL,
    "author_id" UUID NOT NULL,
    "approved_by" UUID,
    "published_by" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3),
    "next_update_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "incident_update_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "public_update" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "impact" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "components" TEXT[],
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "next_update_at" TIMESTAMPTZ(3),
    CONSTRAINT "public_update_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "public_component" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "service_ids" UUID[],
    "state" TEXT NOT NULL,
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "public_component_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "approval_policy" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "approval_policy_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "approval_request" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID,
    "plan_id" UUID NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "sentence" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "requested_by" UUID NOT NULL,
    "editors" UUID[],
    "environment_id" UUID NOT NULL,
    "service_ids" UUID[],
    "policy_revision" INTEGER NOT NULL,
    "needs" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "because" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "approval_request_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "vote" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "seat" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "scope_kind" TEXT NOT NULL,
    "scope_id" UUID NOT NULL,
    "holder_id" UUID,
    "term" INTEGER NOT NULL,
    "taken_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "seat_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "incident" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "environment_id" UUID NOT NULL,
    "service_ids" UUID[],
    "release_id" UUID,
    "declared_by" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "mitigating_at" TIMESTAMPTZ(3),
    "monitoring_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "on_call" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "level" INTEGER NOT NULL,
    CONSTRAINT "on_call_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "enrolment_token" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "environment_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    CONSTRAINT "enrolment_token_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "agent" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "environment_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "public_key" TEXT NOT NULL,
    "step_kinds" TEXT[],
    "enrolled_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    CONSTRAINT "agent_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "plan" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID,
    "deployment_id" UUID,
    "environment_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "v" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "forecast" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "plan_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "incident_id" UUID,
    "deployment_id" UUID,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "because" TEXT,
    "authority" JSONB NOT NULL,
    "commander_term" INTEGER,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "step" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "step_kind" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "environment_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "params" JSONB NOT NULL,
    "repeatable" BOOLEAN NOT NULL,
    "timeout_ms" INTEGER NOT NULL,
    "after" TEXT[],
    "status" TEXT NOT NULL,
    "because" TEXT,
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "agent_id" UUID,
    "lease_expires_at" TIMESTAMPTZ(3),
    "cancelling" BOOLEAN NOT NULL DEFAULT false,
    "ready_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "result" JSONB,
    CONSTRAINT "step_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "attempt" (
    "step_id" UUID NOT NULL,
    "epoch" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "agent_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "because" TEXT,
    CONSTRAINT "attempt_pkey" PRIMARY KEY ("step_id","epoch")
);
CREATE TABLE "step_log" (
    "step_id" UUID NOT NULL,
    "epoch" BIGINT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "stream" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    CONSTRAINT "step_log_pkey" PRIMARY KEY ("step_id","epoch","seq")
);
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "role_grant" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "team_id" UUID,
    "service_id" UUID,
    "environment_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "role_grant_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "user_agent" TEXT NOT NULL,
    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "machine_token" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    CONSTRAINT "machine_token_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "record" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "v" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "incident_id" UUID,
    "payload_digest" TEXT NOT NULL,
    CONSTRAINT "record_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "record_payload" (
    "record_id" UUID NOT NULL,
    "salt" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    CONSTRAINT "record_payload_pkey" PRIMARY KEY ("record_id")
);
CREATE TABLE "record_leaf" (
    "index" BIGINT NOT NULL,
    "record_id" UUID NOT NULL,
    "leaf_hash" TEXT NOT NULL,
    CONSTRAINT "record_leaf_pkey" PRIMARY KEY ("index")
);
CREATE TABLE "outbox" (
    "position" BIGSERIAL NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT (pg_current_xact_id()::text)::bigint,
    "event_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "v" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "subject_version" INTEGER NOT NULL,
    "incident_id" UUID,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "outbox_pkey" PRIMARY KEY ("position")
);
CREATE TABLE "outbox_cursor" (
    "consumer" TEXT NOT NULL,
    "xid" BIGINT NOT NULL,
    "position" BIGINT NOT NULL,
    CONSTRAINT "outbox_cursor_pkey" PRIMARY KEY ("consumer")
);
CREATE TABLE "reaction_done" (
    "reaction" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "reaction_done_pkey" PRIMARY KEY ("reaction","event_id")
);
CREATE TABLE "idempotency_key" (
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "command" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "response" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor_id","key")
);
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);
CREATE TABLE "artifact" (
    "project_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "bytes" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "artifact_pkey" PRIMARY KEY ("project_id","digest")
);
CREATE TABLE "release" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "metadata" JSONB NOT NULL,
    "declares" JSONB NOT NULL,
    "registered_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "release_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "deployment" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "service_id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "because" TEXT,
    "requested_by" TEXT NOT NULL,
    "run_id" UUID,
    "soak_seconds" INTEGER NOT NULL DEFAULT 60,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "deployment_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "deployment_target" (
    "deployment_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "from_release_id" UUID,
    "soak_until" TIMESTAMPTZ(3),
    "known_good_at" TIMESTAMPTZ(3),
    "spoiled_at" TIMESTAMPTZ(3),
    CONSTRAINT "deployment_target_pkey" PRIMARY KEY ("deployment_id","target_id")
);
CREATE TABLE "snapshot" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "deployment_id" UUID,
    "digest" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "snapshot_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "lock" (
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "owner_kind" TEXT,
    "owner_id" UUID,
    "reason" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "lock_pkey" PRIMARY KEY ("project_id","name")
);
CREATE TABLE "criteria" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "criteria_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "criteria_revision" (
    "criteria_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "author" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "criteria_revision_pkey" PRIMARY KEY ("criteria_id","revision")
);
CREATE TABLE "rule_state" (
    "criteria_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "verdict" TEXT NOT NULL,
    "because" TEXT NOT NULL,
    "memory" JSONB NOT NULL,
    "evaluated_at" TIMESTAMPTZ(3) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "rule_state_pkey" PRIMARY KEY ("criteria_id","rule","target_id")
);
CREATE TABLE "breach" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "criteria_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "release_id" UUID,
    "incident_id" UUID,
    "action" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    CONSTRAINT "breach_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "sample" (
    "target_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "requests" INTEGER NOT NULL,
    "errors" INTEGER NOT NULL,
    "latency" JSONB,
    CONSTRAINT "sample_pkey" PRIMARY KEY ("target_id","at")
);
CREATE TABLE "baseline" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "deployment_id" UUID,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "samples" JSONB NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "baseline_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "validation" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID,
    "run_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "verdict" TEXT,
    "results" JSONB NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    CONSTRAINT "validation_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "team_project_id_slug_key" ON "team"("project_id", "slug");
CREATE UNIQUE INDEX "service_project_id_name_key" ON "service"("project_id", "name");
CREATE UNIQUE INDEX "environment_project_id_name_key" ON "environment"("project_id", "name");
CREATE UNIQUE INDEX "environment_id_kind_key" ON "environment"("id", "kind");
CREATE UNIQUE INDEX "region_project_id_name_key" ON "region"("project_id", "name");
CREATE UNIQUE INDEX "target_service_id_environment_id_region_id_key" ON "target"("service_id", "environment_id", "region_id");
CREATE UNIQUE INDEX "target_id_kind_key" ON "target"("id", "kind");
CREATE INDEX "notification_person_id_created_at_idx" ON "notification"("person_id", "created_at" DESC);
CREATE UNIQUE INDEX "notification_person_id_topic_url_key" ON "notification"("person_id", "topic", "url");
CREATE INDEX "incident_update_incident_id_audience_idx" ON "incident_update"("incident_id", "audience");
CREATE INDEX "public_update_incident_id_published_at_idx" ON "public_update"("incident_id", "published_at");
CREATE UNIQUE INDEX "public_component_project_id_name_key" ON "public_component"("project_id", "name");
CREATE UNIQUE INDEX "approval_policy_project_id_revision_key" ON "approval_policy"("project_id", "revision");
CREATE INDEX "approval_request_project_id_status_idx" ON "approval_request"("project_id", "status");
CREATE INDEX "approval_request_plan_id_idx" ON "approval_request"("plan_id");
CREATE UNIQUE INDEX "approval_request_id_person_id_key" ON "approval"("request_id", "person_id");
CREATE UNIQUE INDEX "seat_scope_kind_scope_id_key" ON "seat"("scope_kind", "scope_id");
CREATE INDEX "incident_project_id_status_idx" ON "incident"("project_id", "status");
CREATE UNIQUE INDEX "incident_project_id_number_key" ON "incident"("project_id", "number");
CREATE UNIQUE INDEX "incident_id_kind_key" ON "incident"("id", "kind");
CREATE UNIQUE INDEX "on_call_team_id_level_key" ON "on_call"("team_id", "level");
CREATE UNIQUE INDEX "enrolment_token_token_hash_key" ON "enrolment_token"("token_hash");
CREATE UNIQUE INDEX "agent_public_key_key" ON "agent"("public_key");
CREATE UNIQUE INDEX "agent_id_kind_key" ON "agent"("id", "kind");
CREATE UNIQUE INDEX "agent_project_id_name_key" ON "agent"("project_id", "name");
CREATE INDEX "plan_incident_id_idx" ON "plan"("incident_id");
CREATE UNIQUE INDEX "plan_id_kind_key" ON "plan"("id", "kind");
CREATE INDEX "run_incident_id_idx" ON "run"("incident_id");
CREATE INDEX "run_status_idx" ON "run"("status");
CREATE UNIQUE INDEX "run_id_kind_key" ON "run"("id", "kind");
CREATE INDEX "step_status_environment_id_region_id_idx" ON "step"("status", "environment_id", "region_id");
CREATE UNIQUE INDEX "step_run_id_key_key" ON "step"("run_id", "key");
CREATE UNIQUE INDEX "project_slug_key" ON "project"("slug");
CREATE UNIQUE INDEX "person_email_key" ON "person"("email");
CREATE INDEX "role_grant_person_id_idx" ON "role_grant"("person_id");
CREATE INDEX "session_person_id_idx" ON "session"("person_id");
CREATE UNIQUE INDEX "machine_token_token_hash_key" ON "machine_token"("token_hash");
CREATE INDEX "record_at_idx" ON "record"("at");
CREATE INDEX "record_project_id_at_idx" ON "record"("project_id", "at" DESC);
CREATE INDEX "record_incident_id_at_idx" ON "record"("incident_id", "at");
CREATE UNIQUE INDEX "record_leaf_record_id_key" ON "record_leaf"("record_id");
CREATE UNIQUE INDEX "outbox_event_id_key" ON "outbox"("event_id");
CREATE INDEX "outbox_xid_position_idx" ON "outbox"("xid", "position");
CREATE INDEX "release_project_id_created_at_idx" ON "release"("project_id", "created_at" DESC);
CREATE INDEX "release_digest_idx" ON "release"("digest");
CREATE UNIQUE INDEX "release_service_id_version_key" ON "release"("service_id", "version");
CREATE INDEX "deployment_service_id_environment_id_created_at_idx" ON "deployment"("service_id", "environment_id", "created_at" DESC);
CREATE INDEX "snapshot_target_id_taken_at_idx" ON "snapshot"("target_id", "taken_at" DESC);
CREATE UNIQUE INDEX "criteria_project_id_name_key" ON "criteria"("project_id", "name");
CREATE INDEX "breach_project_id_opened_at_idx" ON "breach"("project_id", "opened_at" DESC);
CREATE INDEX "breach_incident_id_idx" ON "breach"("incident_id");
CREATE INDEX "baseline_target_id_taken_at_idx" ON "baseline"("target_id", "taken_at" DESC);
CREATE UNIQUE INDEX "validation_run_id_key" ON "validation"("run_id");
CREATE INDEX "validation_status_idx" ON "validation"("status");
CREATE INDEX "sample_at_idx" ON "sample"("at");
CREATE INDEX "run_plan_id_idx" ON "run"("plan_id");
CREATE INDEX "breach_target_id_idx" ON "breach"("target_id");
ALTER TABLE "service" ADD CONSTRAINT "service_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "target" ADD CONSTRAINT "target_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "target" ADD CONSTRAINT "target_environment_id_kind_fkey" FOREIGN KEY ("environment_id", "kind") REFERENCES "environment"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "target" ADD CONSTRAINT "target_region_id_fkey" FOREIGN KEY ("region_id") REFERENCES "region"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "approval" ADD CONSTRAINT "approval_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "approval_request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "incident" ADD CONSTRAINT "incident_environment_id_kind_fkey" FOREIGN KEY ("environment_id", "kind") REFERENCES "environment"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "agent" ADD CONSTRAINT "agent_environment_id_kind_fkey" FOREIGN KEY ("environment_id", "kind") REFERENCES "environment"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "run" ADD CONSTRAINT "run_plan_id_kind_fkey" FOREIGN KEY ("plan_id", "kind") REFERENCES "plan"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "step" ADD CONSTRAINT "step_run_id_kind_fkey" FOREIGN KEY ("run_id", "kind") REFERENCES "run"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_step_id_fkey" FOREIGN KEY ("step_id") REFERENCES "step"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_agent_id_kind_fkey" FOREIGN KEY ("agent_id", "kind") REFERENCES "agent"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "role_grant" ADD CONSTRAINT "role_grant_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "deployment_target" ADD CONSTRAINT "deployment_target_deployment_id_fkey" FOREIGN KEY ("deployment_id") REFERENCES "deployment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "criteria_revision" ADD CONSTRAINT "criteria_revision_criteria_id_fkey" FOREIGN KEY ("criteria_id") REFERENCES "criteria"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
