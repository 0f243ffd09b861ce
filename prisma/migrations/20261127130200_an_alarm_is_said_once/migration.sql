-- Why: that a run may miss a region's RTO is said once, whoever notices it.
CREATE TABLE "forecast_alarm" (
    "run_id" UUID NOT NULL,
    "region" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "rto_at" TIMESTAMPTZ(3) NOT NULL,
    "p90_at" TIMESTAMPTZ(3),
    CONSTRAINT "forecast_alarm_pkey" PRIMARY KEY ("run_id","region")
);
