import type { Tx } from '#lib/platform/db.ts'
import { must } from '#lib/platform/must.ts'
import { shared } from '#lib/platform/runtime.ts'
import type { PlanDocument, StepDocument } from './model.ts'
import { hashPlan } from './rules/hash-plan.ts'

/** A plan's document with the hash that it has, which is not believed but reckoned. */
export interface KnownPlan {
  document: PlanDocument
  hash: string
  step: ReadonlyMap<string, StepDocument>
}

/** How many plans a process keeps in mind: the runs at work, and then some. */
const keep = 64

const known = (): Map<string, KnownPlan> => shared('plans', () => new Map())

/** A plan's document. The database refuses every change of one (a trigger), so what was read and hashed once stays true. */
export async function knownPlan(tx: Pick<Tx, '$queryRaw'>, planId: string): Promise<KnownPlan> {
  const plans = known()
  const had = plans.get(planId)
  if (had) return had
  const [row] = await tx.$queryRaw<{ document: PlanDocument }[]>`select document from plan where id = ${planId}::uuid`
  const { document } = must(row, 'the plan of a run')
  const plan: KnownPlan = { document, hash: hashPlan(document), step: new Map(document.steps.map((step) => [step.key, step])) }
  for (const oldest of plans.keys()) {
    if (plans.size < keep) break
    plans.delete(oldest)
  }
  plans.set(planId, plan)
  return plan
}
