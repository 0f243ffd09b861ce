import { system } from '#lib/platform/actor.ts'
import { now } from '#lib/platform/clock.ts'
import { execute } from '#lib/platform/command.ts'
import { db, pool } from '#lib/platform/db.ts'
import type { Loop } from '#lib/platform/loop.ts'
import { startLoop } from '#lib/platform/loop.ts'
import { expireLease } from './commands/expire-lease.ts'
import { raiseForecastAlarm } from './commands/raise-forecast-alarm.ts'
import { tickRun } from './commands/tick-run.ts'
import { leaseMarginMs } from './pace.ts'
import { alarmingForecasts } from './queries/live-forecast.ts'

/** How often it is looked whether a wait is over, in milliseconds: how late a step may start after one. */
const lookMs = 250

/** Takes back steps whose agents went silent. The command decides under the run's lock. */
async function takeBack(): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(`select id from step where status = 'leased' and lease_expires_at < now() - make_interval(secs => $1) limit 50`, [leaseMarginMs / 1000])
  for (const { id } of rows) await execute(expireLease, system('lease watch'), { stepId: id })
}

/** Goes on where a wait is over or a measurement has its verdict. */
export async function tickRuns(): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(`
    select distinct s.run_id as id from step s join run r on r.id = s.run_id left join validation v on v.id = s.validation_id
    where s.status = 'ready' and s.region_id is null and r.status = 'running'
      and ((s.step_kind = 'wait' and s.not_before <= now()) or (s.validation_id is not null and v.status = 'done'))`)
  for (const { id } of rows) await execute(tickRun, system('run watch'), { runId: id })
}

/** What happens to runs by itself. Any number of engines may look. */
export function startRunWatch(): Pick<Loop, 'stop'> {
  const leases = startLoop('lease watch', 500, takeBack)
  const ticks = startLoop('run watch', lookMs, tickRuns)
  return { stop: async () => void (await Promise.all([leases.stop(), ticks.stop()])) }
}

/** Says once for a run and region that its forecast passes the RTO. Any number of engines may look: the first one says it. */
export async function watchForecasts(): Promise<void> {
  for (const alarm of await alarmingForecasts(db(), now())) await execute(raiseForecastAlarm, system('forecast watch'), alarm)
}

export const startForecastWatch = (): Pick<Loop, 'stop'> => startLoop('forecast watch', 3_000, watchForecasts)
