import { z } from 'zod'
import { query } from '#lib/platform/query.ts'
import type { LockView } from '../view.ts'

interface LockRow {
  name: string
  mode: LockView['mode']
  owner_kind: string
  owner_id: string
  reason: string
  taken_at: Date
  epoch: bigint
}

export const lockList = query({
  name: 'lock.list',
  summary: 'Every lock that is held: by whom, since when and why.',
  permission: 'run.read',
  input: z.strictObject({}),
  async read({ db, scopes }): Promise<LockView[]> {
    const projects = [...scopes.projects]
    const rows = await db.$queryRaw<LockRow[]>`
      select name, 'exclusive' as mode, owner_kind, owner_id, reason, taken_at, epoch from lock where project_id = any(${projects}::uuid[]) and owner_id is not null
      union all
      select name, 'shared', owner_kind, owner_id, reason, taken_at, epoch from lock_share where project_id = any(${projects}::uuid[])
      order by name, taken_at, owner_id`
    return rows.map((row) => ({ name: row.name, mode: row.mode, owner: { kind: row.owner_kind, id: row.owner_id }, reason: row.reason, since: row.taken_at.toISOString(), epoch: Number(row.epoch) }))
  },
  touches: { 'lock.taken': () => ({}), 'lock.released': () => ({}), 'lock.broken': () => ({}) },
})
