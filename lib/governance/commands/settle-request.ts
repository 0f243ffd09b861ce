import type { Context } from '#lib/platform/command.ts'
import type { EventDraft } from '#lib/platform/events.ts'
import { Fault } from '#lib/platform/fault.ts'
import type { RequestRow } from '../load.ts'
import type { RequestStatus } from '../model.ts'
import { closeDecision } from './close-decision.ts'

/** Moves a request that the caller holds locked, and says so. A vote that changes no state is news too: somebody is fewer to wait for. */
export async function settleRequest({ tx, now }: Context, request: RequestRow, status: RequestStatus, because: string | null, superseded = false): Promise<EventDraft> {
  const version = request.version + 1
  const { count } = await tx.approvalRequest.updateMany({
    where: { id: request.id, version: request.version },
    data: { status, because, version, ...(status === 'pending' ? {} : { decidedAt: now }) },
  })
  if (count === 0) throw new Fault('conflict', 'somebody changed this request first')
  await closeDecision({ tx, now }, request.id, status, because, superseded)
  return { name: 'approval.changed', subject: request.id, version, incidentId: request.incidentId, data: { planId: request.planId, status } }
}
