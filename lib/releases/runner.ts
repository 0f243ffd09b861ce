import { observationFreshMs } from '#lib/catalog/model.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { isFault } from '#lib/platform/fault.ts'
import { log } from '#lib/platform/log.ts'
import type { Loop } from '#lib/platform/loop.ts'
import { startLoop } from '#lib/platform/loop.ts'
import { endQuarantine } from './commands/end-quarantine.ts'
import { markKnownGood } from './commands/mark-known-good.ts'

/** Looks for soaks that are over. It only finds candidates; the command judges them again under the target's lock. */
export const startSoakWatch = (): Loop => startLoop('soak watch', 1_000, watchSoaks)

/** One round. */
export async function watchSoaks(): Promise<void> {
  const { rows } = await pool().query<{ deployment_id: string; target_id: string }>(
    `select s.deployment_id, s.target_id
     from deployment_target s join deployment d on d.id = s.deployment_id join target t on t.id = s.target_id join release r on r.id = d.release_id
     where s.soak_until < now() and s.known_good_at is null and s.spoiled_at is null and d.status = 'succeeded' and t.desired_release_id = d.release_id
       and not exists (select 1 from quarantine q where q.release_id = d.release_id and q.lifted_at is null and (q.until is null or q.until > now()))
       and t.observed_at > now() - make_interval(secs => $1)
       and exists (select 1 from jsonb_array_elements(t.observed) i where i ->> 'state' <> 'stopped')
       and not exists (select 1 from jsonb_array_elements(t.observed) i where i ->> 'state' <> 'stopped' and (i ->> 'digest') is distinct from r.digest)
       and not exists (select 1 from breach b where b.target_id = s.target_id
         and (b.closed_at is null or (b.opened_at >= d.created_at and (b.release_id is null or b.release_id = d.release_id))))
     order by d.created_at limit 200`,
    [observationFreshMs / 1_000],
  )
  for (const row of rows) {
    try {
      await execute(markKnownGood, system('soak watch'), { deploymentId: row.deployment_id, targetId: row.target_id })
    } catch (error) {
      // The world moved on between the look and the lock; the next round looks again.
      if (!isFault(error) || error.code !== 'conflict') throw error
      log('soak watch').info({ ...row, because: error.message }, 'not known good')
    }
  }
}

/** Ends quarantines whose time is over, so that what follows from it is news like any other. */
export const startQuarantineWatch = (): Loop =>
  startLoop('quarantine watch', 5_000, async () => {
    const { rows } = await pool().query<{ release_id: string }>(`select release_id from quarantine where lifted_at is null and until <= now() limit 100`)
    for (const { release_id: releaseId } of rows) await execute(endQuarantine, system('quarantine watch'), { releaseId })
  })
