import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { loadRequestForUpdate } from '../load.ts'
import { refusal } from '../rules/moves.ts'
import { settleRequest } from './settle-request.ts'

export const withdrawApproval = command({
  name: 'approval.withdraw',
  summary: 'Take back what you asked for.',
  permission: 'plan.propose',
  input: z.strictObject({ requestId: z.uuid(), reason: z.string().trim().max(500).default('') }),
  load: ({ tx }, { requestId }) => loadRequestForUpdate(tx, requestId),

  async run(context, { reason }, request) {
    if (context.actor.id !== request.requestedBy) throw new Fault('forbidden', 'only whoever asked can take it back')
    const because = refusal(request.status, 'withdraw')
    if (because) throw new Fault('conflict', because, { status: request.status })
    const event = await settleRequest(context, request, 'withdrawn', reason || null)
    return { result: { state: 'withdrawn' as const }, events: [event], record: { subjectKind: 'approval request', subjectId: request.id, incidentId: request.incidentId } }
  },
})
