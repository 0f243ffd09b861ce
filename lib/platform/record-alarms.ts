import { system } from './actor.ts'
import { execute } from './command.ts'
import type { recordAlarmKinds } from './commands/tell-of-records.ts'
import { clearAlarm, raiseAlarm } from './commands/tell-of-records.ts'
import { pool } from './db.ts'
import { log } from './log.ts'

export type RecordAlarmKind = (typeof recordAlarmKinds)[number]

/** Raises or clears one alarm; `because` null = all is well. What is so already costs one read. */
export async function setAlarm(kind: RecordAlarmKind, because: string | null): Promise<void> {
  const { rows } = await pool().query('select 1 from record_alarm where kind = $1', [kind])
  if (rows.length > 0 === (because !== null)) return
  if (because === null) await execute(clearAlarm, system('record watch'), { kind })
  else {
    log('records').error({ kind, because }, 'an alarm')
    await execute(raiseAlarm, system('record watch'), { kind, because: because.slice(0, 2_000) })
  }
}
