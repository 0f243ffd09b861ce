import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { assert } from '#lib/platform/must.ts'
import { projectOf } from '#lib/platform/project.ts'
import { lockOwnerSchema } from '../model.ts'

interface LockRow {
  name: string
  ownerKind: string | null
  ownerId: string | null
  reason: string
  epoch: bigint
  takenAt: Date
}

export const takeLocks = command({
  name: 'lock.take',
  summary: 'Take all of these locks, or none of them.',
  permission: 'run.start',
  input: z.strictObject({
    names: z.array(z.string().trim().min(1).max(200)).min(1).max(2_000),
    owner: lockOwnerSchema,
    reason: z.string().trim().min(1).max(500),
    projectId: z.uuid().optional().describe('Whose locks; the project that the actor works in unless said'),
  }),

  async load({ tx, actor }, { projectId }) {
    const scope = { projectId: projectId ?? (await projectOf(tx, actor)) }
    return { subject: scope.projectId, scope }
  },

  async run({ tx, now }, { names, owner, reason }, projectId) {
    const wanted = [...new Set(names)]
    // Everybody goes through the names in the same order, so that two who want the same two locks never wait for each other.
    await tx.$executeRaw`
      insert into lock (project_id, name, owner_kind, owner_id, reason, epoch, taken_at)
      select ${projectId}::uuid, name, null, null, '', 0, ${now}::timestamptz from unnest(${wanted}::text[]) as name order by name collate "C" on conflict do nothing`
    const locks = await tx.$queryRaw<LockRow[]>`
      select name, owner_kind as "ownerKind", owner_id as "ownerId", reason, epoch, taken_at as "takenAt"
      from lock where project_id = ${projectId}::uuid and name = any(${wanted}::text[]) order by name collate "C" for update`
    const held = locks.find((lock) => lock.ownerId !== null && !(lock.ownerId === owner.id && lock.ownerKind === owner.kind))
    if (held) {
      const { name, ownerKind, ownerId, takenAt } = held
      throw new Fault('locked', `${name} is held by ${ownerKind} ${ownerId} since ${takenAt.toISOString()}: ${held.reason}`, { lock: name, owner: { kind: ownerKind, id: ownerId }, reason: held.reason, since: takenAt.toISOString() })
    }
    const free = locks.filter((lock) => lock.ownerId === null).map((lock) => lock.name)
    if (free.length > 0) {
      const taken = await tx.$executeRaw`
        update lock set owner_kind = ${owner.kind}, owner_id = ${owner.id}::uuid, reason = ${reason}, epoch = epoch + 1, taken_at = ${now}::timestamptz
        where project_id = ${projectId}::uuid and name = any(${free}::text[]) and owner_id is null`
      assert(taken === free.length, 'locks that are held in this transaction stay free in it')
    }
    const result = { locks: locks.map((lock) => ({ name: lock.name, epoch: Number(lock.epoch) + (free.includes(lock.name) ? 1 : 0) })) }
    const version = Math.max(...result.locks.map((lock) => lock.epoch))
    return { result, events: free.length > 0 ? [{ name: 'lock.taken', subject: owner.id, version, data: { names: free, owner } }] : [] }
  },
})
