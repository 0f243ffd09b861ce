-- Why: an agent whose answer was lost asks the same again, and gets the lease that it was given, not another.
ALTER TABLE "attempt" ADD COLUMN "ask" UUID;
CREATE UNIQUE INDEX "attempt_ask" ON "attempt" (agent_id, ask) WHERE ask IS NOT NULL;
