import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadRequest } from '../load.ts'
import { refusal } from '../rules/moves.ts'
import { settleRequest } from './settle-request.ts'

export const voidApprovals = command({
  name: 'approval.void',
  summary: 'Void every request and approval of a plan that is no longer the plan.',
  permission: 'plan.propose',
  input: z.strictObject({ planId: z.uuid(), because: z.string().trim().min(1).max(500), superseded: z.boolean().default(false).describe('Whether another plan took its place') }),

  async load({ tx }, { planId }) {
    const [plan] = await tx.$queryRaw<{ projectId: string; environmentId: string; incidentId: string | null }[]>`
      select project_id as "projectId", environment_id as "environmentId", incident_id as "incidentId" from plan where id = ${planId}::uuid`
    if (!plan) throw new Fault('not_found', 'there is no such plan here')
    return { subject: plan, scope: { projectId: plan.projectId, environmentId: plan.environmentId } }
  },

  async run(context, { planId, because, superseded }, plan) {
    const rows = await context.tx.$queryRaw<{ id: string }[]>`select id from approval_request where plan_id = ${planId}::uuid order by id for update`
    const events: EventDraft[] = []
    for (const { id } of rows) {
      const { subject: request } = await loadRequest(context.tx, id)
      if (!refusal(request.status, 'void')) events.push(await settleRequest(context, request, 'void', because, superseded))
    }
    if (events.length === 0) return { result: { voided: 0 }, events }
    return { result: { voided: events.length }, events, record: { subjectKind: 'plan', subjectId: planId, incidentId: plan.incidentId } }
  },
})
