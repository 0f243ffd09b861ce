import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import type { Loop } from '#lib/platform/loop.ts'
import { startLoop } from '#lib/platform/loop.ts'
import { expireApproval } from './commands/expire-approval.ts'

/** Ends requests whose time is over. Any number of engines may look; the command decides under the request's lock. */
export const startApprovalExpiry = (): Loop =>
  startLoop('approval expiry', 2_000, async () => {
    const { rows } = await pool().query<{ id: string }>(`select id from approval_request where status = 'pending' and expires_at < now() limit 100`)
    for (const { id } of rows) await execute(expireApproval, system('approval expiry'), { requestId: id })
  })
