import { z } from 'zod'
import { personId } from '#lib/platform/actor.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadDecisionForShare } from '../load-decision.ts'

export const objectToDecision = command({
  name: 'decision.object',
  summary: 'Say why a decision should not go this way, without a vote. Whoever decides sees it.',
  permission: 'incident.note',
  status: 201,
  input: z.strictObject({
    decisionId: z.uuid(),
    planHash: z.string().max(200).describe('The hash that was shown: another one is refused'),
    reason: z.string().trim().min(3, 'say why, in a few words').max(1_000),
  }),
  load: ({ tx }, { decisionId }) => loadDecisionForShare(tx, decisionId),

  async run({ tx, actor, now }, { planHash, reason }, decision) {
    const me = personId(actor)
    if (!me) throw new Fault('forbidden', 'only people object')
    if (decision.planHash !== planHash) throw new Fault('plan_changed', 'the plan is not the one you were shown', { hash: decision.planHash })
    if (decision.outcome) throw new Fault('conflict', `this is decided already: ${decision.outcome}`, { outcome: decision.outcome })
    const written = await tx.objection.createMany({ data: [{ decisionId: decision.id, personId: me, planHash, reason, at: now }], skipDuplicates: true })
    if (written.count === 0) {
      const before = await tx.objection.findUnique({ where: { decisionId_personId: { decisionId: decision.id, personId: me } } })
      // The same word again is the same objection: its answer may have been lost.
      if (before?.reason === reason) return { result: { objected: true }, events: [] }
      throw new Fault('conflict', `you have objected already: ${before?.reason ?? ''}`)
    }
    const objections = await tx.objection.count({ where: { decisionId: decision.id } })
    return {
      result: { objected: true },
      events: [{ name: 'decision.changed', subject: decision.id, version: objections, incidentId: decision.incidentId, data: { objections } }],
      record: { subjectKind: 'decision', subjectId: decision.id, incidentId: decision.incidentId, payload: { planHash } },
    }
  },
})
