import { z } from 'zod'
import type { DomainEvent } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import type { DecisionFact, DecisionOption, DecisionOutcome } from '../model.ts'
import { notTaken } from '../rules/not-taken.ts'
import type { DecisionView } from '../view.ts'
import { presentApproval } from './present-approvals.ts'
import type { MayVote } from './who-may-vote.ts'

const own = (event: DomainEvent): { decisionId: string } => ({ decisionId: event.subject })

export const decisionView = query({
  name: 'decision.view',
  summary: 'One decision: the ways on the table, the facts as they stood, who was asked, who voted or objected, how it ended and why the other ways were not taken.',
  permission: 'approval.read',
  input: z.strictObject({ decisionId: z.uuid().describe('The id of its approval request') }),

  async load({ db }, { decisionId }) {
    const decision = await db.decision.findUnique({ where: { id: decisionId }, include: { objections: { orderBy: { at: 'asc' } } } })
    if (!decision) throw new Fault('not_found', 'there is no such decision here')
    const request = await db.approvalRequest.findUniqueOrThrow({ where: { id: decisionId }, select: { environmentId: true, serviceIds: true } })
    return { subject: decision, scope: { projectId: decision.projectId, ...request } }
  },

  async read({ db }, { decisionId }, decision): Promise<DecisionView> {
    const approval = await presentApproval(db, decisionId)
    const people = await db.person.findMany({ where: { id: { in: decision.objections.map((one) => one.personId) } }, select: { id: true, name: true } })
    const options = decision.options as unknown as DecisionOption[]
    const outcome = decision.outcome as DecisionOutcome | null
    return {
      id: decision.id,
      approval,
      options,
      facts: (decision.facts as unknown as DecisionFact[]).map((fact) => ({ ...fact, ageSeconds: fact.at === null ? null : Math.max(0, Math.round((decision.openedAt.getTime() - Date.parse(fact.at)) / 1_000)) })),
      criteria: decision.criteria as unknown as DecisionView['criteria'],
      policyRevision: decision.policyRevision,
      asked: decision.asked as unknown as MayVote[],
      reason: decision.reason,
      objections: decision.objections.map(({ personId, reason, at }) => ({ person: people.find((one) => one.id === personId) ?? { id: personId, name: 'somebody who is gone' }, reason, at: at.toISOString() })),
      outcome,
      because: decision.because,
      closedAt: decision.closedAt?.toISOString() ?? null,
      notTaken: notTaken(options, outcome, decision.because, decision.reason),
    }
  },

  touches: { 'decision.changed': own, 'approval.changed': own, 'policy.changed': () => ({}) },
})
