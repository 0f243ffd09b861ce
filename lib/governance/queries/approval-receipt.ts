import { z } from 'zod'
import { pool } from '#lib/platform/db.ts'
import { Fault } from '#lib/platform/fault.ts'
import { query } from '#lib/platform/query.ts'
import { makeReceipt } from '#lib/platform/receipts.ts'
import type { Receipt } from '#lib/platform/rules/receipt.ts'

export const approvalReceipt = query({
  name: 'approval.receipt',
  summary: 'The decision receipt of a request: who asked on what evidence, who voted for which exact plan and when, provable without us.',
  permission: 'approval.read',
  input: z.strictObject({ requestId: z.uuid() }),

  async load({ db }, { requestId }) {
    const request = await db.approvalRequest.findUnique({ where: { id: requestId }, select: { id: true, projectId: true, environmentId: true, serviceIds: true, createdAt: true, decidedAt: true } })
    if (!request) throw new Fault('not_found', 'there is no such approval request here')
    return { subject: request, scope: { projectId: request.projectId, environmentId: request.environmentId, serviceIds: request.serviceIds } }
  },

  async read(_, __, request): Promise<Receipt> {
    // The times bound the search: each record carries the very moment of its transaction.
    const { rows } = await pool().query<{ id: string }>(
      `select id from record where project_id = $1 and at >= $2 and at <= coalesce($3, 'infinity'::timestamptz) and subject_kind = 'approval request' and subject_id = $4 order by at, id`,
      [request.projectId, request.createdAt, request.decidedAt, request.id],
    )
    return makeReceipt(rows.map(({ id }) => id))
  },

  touches: {},
})
