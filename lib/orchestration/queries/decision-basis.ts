import type { z } from 'zod'
import type { DecisionFact, decisionBasisSchema } from '#lib/governance/model.ts'
import type { Tx } from '#lib/platform/db.ts'
import { presentBreaches } from '#lib/triggers/queries/breaches.ts'
import { presentPlan } from './present-plan.ts'

/** What is known at the moment of asking: the ways on the table, what the open breaches saw, what runs where, the proof, and the criteria that judged. */
export async function basisOf(tx: Tx, planId: string, incidentId: string, reason: string | null, now: Date): Promise<z.input<typeof decisionBasisSchema>> {
  const plan = await presentPlan(tx, planId)
  const breaches = (await presentBreaches(tx, { incidentId })).filter((breach) => breach.closedAt === null)
  const criteria = new Map(breaches.map((breach) => [`${breach.criteria} ${breach.revision}`, { name: breach.criteria, revision: breach.revision }]))
  const facts: DecisionFact[] = [
    ...breaches.map((breach) => ({ what: `${breach.service} in ${breach.region}: ${breach.rule}`, value: breach.evidence.sentence, source: `criteria ${breach.criteria} r${breach.revision}`, at: breach.openedAt })),
    ...(await seenRunning(tx, planId)),
    { what: 'the proof of the plan', value: `${plan.proof.holds ? 'holds' : 'does not hold'}: ${plan.proof.because}`, source: 'the verifier, as it was asked', at: now.toISOString() },
    { what: 'back in', value: `${Math.round(plan.forecast.p50Ms / 1_000)} to ${Math.round(plan.forecast.p90Ms / 1_000)} s`, source: plan.forecast.basis, at: plan.createdAt },
  ]
  return { options: plan.options, facts: facts.slice(0, 500), criteria: [...criteria.values()], reason }
}

/** What each target that moves was last seen running; one that nobody has seen says so. */
async function seenRunning(tx: Tx, planId: string): Promise<DecisionFact[]> {
  const rows = await tx.$queryRaw<{ what: string; value: string | null; source: string | null; at: Date | null }[]>`
    select s.name || ' in ' || g.name as what, a.name as source, t.observed_at as at,
      (select string_agg(distinct coalesce(i->>'version', left(i->>'digest', 15), 'something without a name') || ' ' || (i->>'state'), ', ') from jsonb_array_elements(t.observed) i) as value
    from plan p cross join jsonb_array_elements(p.document->'moves') m join target t on t.id = (m->>'target')::uuid join service s on s.id = t.service_id join region g on g.id = t.region_id
      left join agent a on a.id = t.observed_by
    where p.id = ${planId}::uuid order by 1`
  return rows.map(({ what, value, source, at }) => ({ what: `${what} runs`, value: value ?? 'not known', source: source ? `agent ${source}` : 'nobody has said', at: at?.toISOString() ?? null }))
}
