import pg from 'pg'
import type { PlanDocument } from '#lib/orchestration/model.ts'
import { forecast } from '#lib/orchestration/rules/forecast.ts'
import { hashPlan } from '#lib/orchestration/rules/hash-plan.ts'
import { nothingRecorded } from '#lib/orchestration/rules/step-durations.ts'
import { bigPlan, richPlan } from '#tests/support/plan-pictures.ts'

const regions = [
  { name: 'us', rtoSeconds: 120, trafficShare: 0.4, kinds: null, maxParallel: 4 },
  { name: 'eu', rtoSeconds: 120, trafficShare: 0.6, kinds: null, maxParallel: 4 },
]

/** The ids of seeded plans: `after` moves one service more than `before`. */
export interface SeededPlans {
  before: string
  after: string
  big: string
}

/** Plans that no planner of this fleet would make, as rows beside the others: two that differ, and one of a thousand steps. */
export async function seedPlans(url: string): Promise<SeededPlans> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const insert = async (document: PlanDocument): Promise<string> => {
      const hash = hashPlan(document)
      const id = crypto.randomUUID()
      await client.query(
        `insert into plan (id, project_id, environment_id, purpose, kind, v, document, hash, forecast, status, created_by, created_at)
         select $1, e.project_id, e.id, $2, 'real', $3, $4, $5, $6, 'proposed', 'the browser tests', now() from environment e where e.name = $7`,
        [id, document.purpose, document.v, document, hash, forecast(document, regions, nothingRecorded, hash), document.environment],
      )
      return id
    }
    return { before: await insert(richPlan({ withSearch: false })), after: await insert(richPlan()), big: await insert(bigPlan()) }
  } finally {
    await client.end()
  }
}
