import type { Context } from '#lib/platform/command.ts'
import type { DecisionOutcome, RequestStatus } from '../model.ts'

const outcomes: Record<Exclude<RequestStatus, 'pending'>, DecisionOutcome> = { satisfied: 'approved', rejected: 'rejected', expired: 'expired', void: 'void', withdrawn: 'withdrawn' }

/**
 * Writes how a decision ended, in the transaction that ends its request. What was approved may still be taken back or become void before it is used:
 * then the later word stands here, and the records have both. A request from before there were decisions has none.
 */
export async function closeDecision({ tx, now }: Pick<Context, 'tx' | 'now'>, requestId: string, status: RequestStatus, because: string | null, superseded: boolean): Promise<void> {
  if (status === 'pending') return
  await tx.decision.updateMany({ where: { id: requestId }, data: { outcome: superseded ? 'superseded' : outcomes[status], because, closedAt: now, version: { increment: 1 } } })
}
