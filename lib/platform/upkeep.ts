import { pool } from './db.ts'
import type { Loop } from './loop.ts'
import { startLoop } from './loop.ts'

/** What has served its purpose and is kept no longer. Records are not among it. */
const sweeps = [
  `delete from outbox where at < now() - interval '7 days'`,
  `delete from reaction_done where at < now() - interval '14 days'`,
  `delete from idempotency_key where created_at < now() - interval '2 days'`,
  `delete from session where expires_at < now() - interval '30 days'`,
]

const everyMs = 10 * 60_000

/** Keeps the tables that only carry news from growing for ever. */
export const startUpkeep = (): Loop =>
  startLoop('upkeep', everyMs, async () => {
    for (const sweep of sweeps) await pool().query(sweep)
  })
