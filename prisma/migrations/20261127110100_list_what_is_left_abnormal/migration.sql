-- Why: what a run leaves abnormal is somebody's until it is put right; a list that nobody owns is forgotten by the next morning.

CREATE TABLE "exception" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "incident_id" UUID,
    "environment_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "step_key" TEXT,
    "what" TEXT NOT NULL,
    "undo" TEXT NOT NULL,
    "owner_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "cleared_at" TIMESTAMPTZ(3),
    "cleared_by" TEXT,
    "cleared_how" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "exception_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "exception_incident_id_idx" ON "exception"("incident_id");
CREATE UNIQUE INDEX "exception_run_id_what_key" ON "exception"("run_id", "what");
create index exception_open on exception (project_id, expires_at) where cleared_at is null;
alter table exception add constraint exception_cleared check ((cleared_at is null) = (cleared_by is null) and (cleared_at is null) = (cleared_how is null));
alter table exception add constraint exception_kind check (kind in ('real', 'drill'));
