-- Why: a run locks what it moves and only shares what stays beside it; without shares a neighbour could be moved away under a
-- plan that was proven with it where it is.

CREATE TABLE "lock_share" (
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "owner_kind" TEXT NOT NULL,
    "owner_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "lock_share_pkey" PRIMARY KEY ("project_id","name","owner_kind","owner_id")
);
CREATE INDEX "lock_share_owner_kind_owner_id_idx" ON "lock_share"("owner_kind", "owner_id");
CREATE INDEX "lock_owner_id_idx" ON "lock"("owner_id");
