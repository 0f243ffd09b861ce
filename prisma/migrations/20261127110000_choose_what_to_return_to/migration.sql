-- Why: what to go back to is chosen from all that was ever known good on a target and is not in quarantine, and it is said where its bytes lie already.

CREATE TABLE "known_good" (
    "id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "deployment_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "known_good_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "known_good_target_id_at_idx" ON "known_good"("target_id", "at" DESC);

CREATE TABLE "artifact_staged" (
    "project_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "environment_id" UUID NOT NULL,
    "region_id" UUID NOT NULL,
    "agent_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "artifact_staged_pkey" PRIMARY KEY ("project_id","digest","environment_id","region_id")
);

CREATE TABLE "quarantine" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "because" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "incident_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "lifted_at" TIMESTAMPTZ(3),
    "lifted_by" TEXT,
    "lifted_because" TEXT,

    CONSTRAINT "quarantine_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "quarantine_release_id_at_idx" ON "quarantine"("release_id", "at" DESC);
-- A release is in quarantine once.
create unique index quarantine_one_open on quarantine (release_id) where lifted_at is null;
alter table quarantine add constraint quarantine_lifted check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifted_because is null));

-- What was known good before this was kept: by deployments, and by adoption as far as the target still names it.
insert into known_good (id, target_id, release_id, deployment_id, at)
select gen_random_uuid(), s.target_id, d.release_id, d.id, s.known_good_at from deployment_target s join deployment d on d.id = s.deployment_id where s.known_good_at is not null;
insert into known_good (id, target_id, release_id, deployment_id, at)
select gen_random_uuid(), t.id, t.last_known_good_release_id, null, r.created_at from target t join release r on r.id = t.last_known_good_release_id
where not exists (select 1 from known_good k where k.target_id = t.id and k.release_id = t.last_known_good_release_id);
