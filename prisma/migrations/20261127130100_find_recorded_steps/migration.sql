-- Why: a forecast looks at the newest steps that succeeded, of millions.
CREATE INDEX "step_recorded" ON "step" (project_id, finished_at DESC) WHERE status = 'succeeded' AND kind = 'real';
