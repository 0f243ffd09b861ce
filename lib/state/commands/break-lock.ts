import { z } from 'zod'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'

interface Held {
  mode: 'exclusive' | 'shared'
  kind: string
  id: string
  reason: string
  since: string
}

/** Break-glass: whoever held it finds that out before its next step, and waits for a person. */
export const breakLock = command({
  name: 'lock.break',
  summary: 'Take a lock away from whoever holds or shares it. A run that held it starts nothing more until somebody decides.',
  permission: 'lock.break',
  input: z.strictObject({ name: z.string().trim().min(1).max(200), reason: z.string().trim().min(10, 'say why this cannot wait, in a sentence').max(500) }),

  async load({ tx, actor }, { name }) {
    const projectId = await projectOf(tx, actor)
    const [lock] = await tx.$queryRaw<{ epoch: bigint }[]>`select epoch from lock where project_id = ${projectId}::uuid and name = ${name} for update`
    if (!lock) throw new Fault('not_found', `there is no lock ${name}`)
    const held = await tx.$queryRaw<Held[]>`
      select 'exclusive' as mode, owner_kind as kind, owner_id as id, reason, taken_at::text as since from lock where project_id = ${projectId}::uuid and name = ${name} and owner_id is not null
      union all select 'shared', owner_kind, owner_id, reason, taken_at::text from lock_share where project_id = ${projectId}::uuid and name = ${name}`
    return { subject: { projectId, epoch: lock.epoch, held }, scope: { projectId } }
  },

  async run({ tx }, { name }, { projectId, epoch, held }) {
    const first = held[0]
    if (!first) throw new Fault('conflict', `nobody holds ${name}`)
    await tx.$executeRaw`update lock set owner_kind = null, owner_id = null, reason = '', epoch = epoch + 1 where project_id = ${projectId}::uuid and name = ${name}`
    await tx.$executeRaw`delete from lock_share where project_id = ${projectId}::uuid and name = ${name}`
    return {
      result: { takenFrom: held.map(({ kind, id }) => ({ kind, id })) },
      events: held.map(({ kind, id }) => ({ name: 'lock.broken' as const, subject: id, version: Number(epoch) + 1, data: { lock: name, owner: { kind, id } } })),
      record: { subjectKind: 'lock', subjectId: name, payload: { held } },
    }
  },
})
