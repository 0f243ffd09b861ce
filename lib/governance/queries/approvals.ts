import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { ApprovalView } from '../view.ts'
import { presentApproval, presentApprovals } from './present-approvals.ts'

export { presentApproval }

const all = () => ({})

export const approvalList = query({
  name: 'approval.list',
  summary: 'Requests for approval: those that wait first, then the newest; 50 at most.',
  permission: 'approval.read',
  input: z.strictObject({}),

  async read({ db, scopes }): Promise<ApprovalView[]> {
    const rows = await db.$queryRaw<{ id: string }[]>`
      select id from approval_request where project_id = any(${[...scopes.projects]}::uuid[]) order by (status = 'pending') desc, created_at desc, id desc limit 50`
    return presentApprovals(db, rows.map((row) => row.id))
  },

  touches: { 'approval.requested': all, 'approval.changed': all, 'policy.changed': all },
})
