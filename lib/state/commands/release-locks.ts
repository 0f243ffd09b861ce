import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { projectOf } from '#lib/platform/project.ts'
import { lockOwnerSchema } from '../model.ts'

export const releaseLocks = command({
  name: 'lock.release',
  summary: 'Free every lock that this owner holds or shares.',
  permission: 'run.start',
  input: z.strictObject({ owner: lockOwnerSchema }),

  async load({ tx, actor }, { owner }) {
    const held = await tx.$queryRaw<{ projectId: string; name: string; epoch: bigint }[]>`
      select project_id as "projectId", name, epoch from lock l where (owner_kind = ${owner.kind} and owner_id = ${owner.id}::uuid)
        or exists (select 1 from lock_share s where s.project_id = l.project_id and s.name = l.name and s.owner_kind = ${owner.kind} and s.owner_id = ${owner.id}::uuid)
      order by name collate "C" for update`
    return { subject: held, scope: { projectId: held[0]?.projectId ?? (await projectOf(tx, actor)) } }
  },

  async run({ tx }, { owner }, held) {
    if (held.length === 0) return { result: { released: [] as string[] }, events: [] }
    // The row and its epoch stay: whoever takes the lock next has a higher one.
    await tx.$executeRaw`update lock set owner_kind = null, owner_id = null, reason = '' where owner_kind = ${owner.kind} and owner_id = ${owner.id}::uuid`
    await tx.$executeRaw`delete from lock_share where owner_kind = ${owner.kind} and owner_id = ${owner.id}::uuid`
    const names = held.map((lock) => lock.name)
    return { result: { released: names }, events: [{ name: 'lock.released', subject: owner.id, version: Math.max(...held.map((lock) => Number(lock.epoch))), data: { names, owner } }] }
  },
})
