-- Why: a plan has to know how much may be out at once, when nothing may be deployed, what would undo its work, and at which version a database stands.
ALTER TABLE "region" ADD COLUMN "max_parallel" INTEGER NOT NULL DEFAULT 8;
ALTER TABLE "service" ADD COLUMN "reconciler" JSONB;
ALTER TABLE "step" ADD COLUMN "schema_effect" JSONB;

CREATE TABLE "limit_rule" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "members" JSONB NOT NULL,
    "may_be_out" DOUBLE PRECISION NOT NULL,
    CONSTRAINT "limit_rule_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "time_window" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "environments" TEXT[],
    "services" TEXT[],
    "regions" TEXT[],
    "opens_at" TIMESTAMPTZ(3) NOT NULL,
    "closes_at" TIMESTAMPTZ(3) NOT NULL,
    "rollback" BOOLEAN NOT NULL,
    CONSTRAINT "time_window_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "database_schema" (
    "project_id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "database" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,
    CONSTRAINT "database_schema_pkey" PRIMARY KEY ("environment_id","database","region")
);
CREATE UNIQUE INDEX "limit_rule_environment_id_name_key" ON "limit_rule"("environment_id", "name");
CREATE UNIQUE INDEX "time_window_project_id_name_key" ON "time_window"("project_id", "name");

ALTER TABLE "region" ADD CONSTRAINT "region_max_parallel" CHECK (max_parallel > 0);
ALTER TABLE "limit_rule" ADD CONSTRAINT "limit_rule_kind" CHECK (kind IN ('quorum', 'capacity'));
ALTER TABLE "limit_rule" ADD CONSTRAINT "limit_rule_may_be_out" CHECK (may_be_out >= 0);
ALTER TABLE "time_window" ADD CONSTRAINT "time_window_kind" CHECK (kind IN ('freeze', 'maintenance'));
ALTER TABLE "time_window" ADD CONSTRAINT "time_window_order" CHECK (opens_at < closes_at);
ALTER TABLE "database_schema" ADD CONSTRAINT "database_schema_version" CHECK (version >= 0);

-- The few releases that say how a schema is taken back, found without reading all the others.
CREATE INDEX "release_takes_back" ON "release" (project_id) WHERE declares @? '$.schema.migrations[0]';
