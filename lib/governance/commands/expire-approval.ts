import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { loadRequestForUpdate } from '../load.ts'
import { refusal } from '../rules/moves.ts'
import { settleRequest } from './settle-request.ts'

export const expireApproval = command({
  name: 'approval.expire',
  summary: 'End a request whose time is over.',
  permission: 'plan.propose',
  input: z.strictObject({ requestId: z.uuid() }),
  load: ({ tx }, { requestId }) => loadRequestForUpdate(tx, requestId),

  async run(context, _input, request) {
    // Decided while we looked, or not due: nothing to do.
    if (refusal(request.status, 'expire') || request.expiresAt > context.now) return { result: { state: request.status }, events: [] }
    const event = await settleRequest(context, request, 'expired', 'not enough people approved it in time')
    return { result: { state: 'expired' as const }, events: [event], record: { subjectKind: 'approval request', subjectId: request.id, incidentId: request.incidentId } }
  },
})
