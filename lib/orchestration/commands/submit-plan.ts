import { z } from 'zod'
import { requestApproval } from '#lib/governance/commands/request-approval.ts'
import { command } from '#lib/platform/command.ts'
import { personId } from '#lib/platform/actor.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { Tx } from '#lib/platform/db.ts'
import { servicesOfPlan } from '../load.ts'
import { basisOf } from '../queries/decision-basis.ts'
import type { PlanDocument } from '../model.ts'
import { changeKinds } from '../rules/change-kinds.ts'
import { sentenceOf } from '../rules/sentence.ts'

export const submitPlan = command({
  name: 'plan.submit',
  summary: 'Ask for approval of exactly this plan. Whoever asks cannot vote.',
  permission: 'plan.propose',
  status: 201,
  input: z.strictObject({ planId: z.uuid(), hash: z.string().describe('The hash that was shown: another one is refused'), reason: z.string().trim().max(1_000).optional().describe('Why this way and not another one; kept with the decision') }),

  async load({ tx }, { planId }) {
    // A proposal that takes its place waits for us, or we for it: nobody is asked to vote on a plan that is no longer the plan.
    await tx.$queryRaw`select id from plan where id = ${planId}::uuid for update`
    const plan = await tx.plan.findUnique({ where: { id: planId } })
    if (!plan) throw new Fault('not_found', 'there is no such plan here')
    const document = plan.document as unknown as PlanDocument
    const serviceIds = await servicesOfPlan(tx, { ...plan, document })
    return { subject: { plan, document, serviceIds }, scope: { projectId: plan.projectId, environmentId: plan.environmentId, serviceIds } }
  },

  async run(context, { hash, reason }, { plan, document, serviceIds }) {
    if (!personId(context.actor)) throw new Fault('forbidden', 'a person asks for approval, so that it is known who cannot give it')
    if (plan.hash !== hash) throw new Fault('plan_changed', 'the plan is not the one you were shown', { hash: plan.hash })
    if (plan.status !== 'proposed') throw new Fault('conflict', 'a newer plan took its place; look at that one')
    if (!plan.incidentId) throw new Fault('conflict', 'this plan belongs to no incident, so nobody could command it; declare one and propose there')
    if (plan.purpose !== 'rollback') throw new Fault('conflict', 'only rollbacks are put to the vote')
    const { requestId } = await context.call(requestApproval, {
      planId: plan.id, planHash: plan.hash, sentence: sentenceOf(document), incidentId: plan.incidentId, environmentId: plan.environmentId, serviceIds, kind: plan.kind as 'real' | 'drill', editors: [], kinds: changeKinds(document, await knownGoodAmong(context.tx, document)),
      basis: await basisOf(context.tx, plan.id, plan.incidentId, reason ?? null, context.now),
    })
    return { result: { requestId }, events: [], record: { subjectKind: 'plan', subjectId: plan.id, incidentId: plan.incidentId, payload: { hash } } }
  },
})

/** `<target> <release>` of each move whose release has been known good on its target, by its soak or by a person's word. */
async function knownGoodAmong(tx: Tx, { moves }: PlanDocument): Promise<Set<string>> {
  const asked = JSON.stringify(moves.map((move) => ({ target: move.target, release: move.to.releaseId })))
  const rows = await tx.$queryRaw<{ key: string }[]>`
    select m.target || ' ' || m.release as key from jsonb_to_recordset(${asked}::jsonb) as m(target uuid, release uuid)
    where exists (select 1 from known_good k where k.target_id = m.target and k.release_id = m.release)
      or exists (select 1 from target t where t.id = m.target and t.last_known_good_release_id = m.release)`
  return new Set(rows.map((row) => row.key))
}
