import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { startLoop } from '#lib/platform/loop.ts'
import { expireLease } from './commands/expire-lease.ts'
import { leaseMarginMs } from './pace.ts'

/** Takes back steps whose agents went silent. Any number of engines may look; the command decides under the run's lock. */
export const startLeaseWatch = () =>
  startLoop('lease watch', 500, async () => {
    const { rows } = await pool().query<{ id: string }>(`select id from step where status = 'leased' and lease_expires_at < now() - make_interval(secs => $1) limit 50`, [leaseMarginMs / 1000])
    for (const { id } of rows) await execute(expireLease, system('lease watch'), { stepId: id })
  })
