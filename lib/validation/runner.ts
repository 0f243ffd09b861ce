import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { pool } from '#lib/platform/db.ts'
import { env } from '#lib/platform/env.ts'
import { isFault } from '#lib/platform/fault.ts'
import type { Loop } from '#lib/platform/loop.ts'
import { startLoop } from '#lib/platform/loop.ts'
import { log } from '#lib/platform/log.ts'
import { advanceValidation } from './commands/advance-validation.ts'

/** Rows a statement takes away: small enough that agents' inserts never wait for it. */
const pruneBatch = 10_000

/** Judges every validation that is measuring, once. Any number of engines may: the command decides under the row's lock. */
export async function watchValidations(): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(`select id from validation where status = 'measuring' and started_at <= now() order by started_at`)
  for (const { id } of rows) {
    try {
      await execute(advanceValidation, system('validation'), { validationId: id })
    } catch (error) {
      // One that cannot be judged must not keep the others waiting.
      if (!isFault(error)) log('validation').warn({ err: error, validation: id }, 'could not be judged; trying again')
    }
  }
}

/** Takes away samples older than `hours`. Baselines keep their own copy. */
export async function pruneSamples(hours: number): Promise<number> {
  for (let removed = 0; ; ) {
    const { rowCount } = await pool().query(`delete from sample where ctid = any(array(select ctid from sample where at < now() - make_interval(hours => $1) limit $2))`, [hours, pruneBatch])
    removed += rowCount ?? 0
    if ((rowCount ?? 0) < pruneBatch) return removed
  }
}

/** The room's background work: verdicts every second, old samples away every five minutes. */
export function startValidationWatch(): Pick<Loop, 'stop'> {
  const watch = startLoop('validation', 1_000, watchValidations)
  const prune = startLoop('sample retention', 5 * 60_000, async () => void (await pruneSamples(env().SAMPLE_RETENTION_HOURS)))
  return { stop: async () => void (await Promise.all([watch.stop(), prune.stop()])) }
}
