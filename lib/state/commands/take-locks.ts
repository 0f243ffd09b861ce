import { z } from 'zod'
import type { Context } from '#lib/platform/command.ts'
import { command } from '#lib/platform/command.ts'
import { Fault } from '#lib/platform/fault.ts'
import { projectOf } from '#lib/platform/project.ts'
import { lockOwnerSchema } from '../model.ts'
import type { LockHolder } from '../rules/who-is-in-the-way.ts'
import { whoIsInTheWay } from '../rules/who-is-in-the-way.ts'

const names = z.array(z.string().trim().min(1).max(200)).max(4_000)

export const takeLocks = command({
  name: 'lock.take',
  summary: 'Take all of these locks, or none of them.',
  permission: 'run.start',
  input: z
    .strictObject({
      names: names.default([]).describe('Nobody else may hold or share these'),
      shared: names.default([]).describe('Others may share these, and nobody may hold them alone'),
      owner: lockOwnerSchema,
      reason: z.string().trim().min(1).max(500),
      projectId: z.uuid().optional().describe('Whose locks; the project that the actor works in unless said'),
    })
    .refine((input) => input.names.length + input.shared.length > 0, { path: ['names'], message: 'name at least one lock' }),

  async load({ tx, actor }, { projectId }) {
    const scope = { projectId: projectId ?? (await projectOf(tx, actor)) }
    return { subject: scope.projectId, scope }
  },

  async run(context, { names: alone, shared, owner, reason }, projectId) {
    const { tx, now } = context
    const exclusive = [...new Set(alone)]
    const wanted = [...new Set([...exclusive, ...shared])]
    const holders = await inOrder(context, projectId, wanted)
    const inTheWay = whoIsInTheWay(holders, { exclusive: new Set(exclusive), owner })
    if (inTheWay) {
      const { name, mode, ownerKind, ownerId, since } = inTheWay
      const how = mode === 'shared' ? 'shared by' : 'held by'
      throw new Fault('locked', `${name} is ${how} ${ownerKind} ${ownerId} since ${since.toISOString()}: ${inTheWay.reason}`, { lock: name, mode, owner: { kind: ownerKind, id: ownerId }, reason: inTheWay.reason, since: since.toISOString() })
    }
    // What is held alone needs no share beside it; what was shared by the same owner becomes theirs alone.
    const taken = await tx.$queryRaw<{ name: string; epoch: bigint; fresh: boolean }[]>`
      with wanted as (select name, name = any(${exclusive}::text[]) as alone from unnest(${wanted}::text[]) as name),
      mine as (
        select w.name, w.alone, (l.owner_id is not null or (not w.alone and exists (
          select 1 from lock_share s where s.project_id = l.project_id and s.name = l.name and s.owner_kind = ${owner.kind} and s.owner_id = ${owner.id}::uuid))) as had
        from wanted w join lock l on l.project_id = ${projectId}::uuid and l.name = w.name
      ),
      raised as (
        update lock l set epoch = l.epoch + 1,
          owner_kind = case when m.alone then ${owner.kind} else l.owner_kind end, owner_id = case when m.alone then ${owner.id}::uuid else l.owner_id end,
          reason = case when m.alone then ${reason} else l.reason end, taken_at = case when m.alone then ${now}::timestamptz else l.taken_at end
        from mine m where l.project_id = ${projectId}::uuid and l.name = m.name and not m.had
        returning l.name, l.epoch, m.alone
      ),
      shares as (
        insert into lock_share (project_id, name, owner_kind, owner_id, reason, epoch, taken_at)
        select ${projectId}::uuid, name, ${owner.kind}, ${owner.id}::uuid, ${reason}, epoch, ${now}::timestamptz from raised where not alone
      ),
      merged as (delete from lock_share s using raised r where r.alone and s.project_id = ${projectId}::uuid and s.name = r.name and s.owner_kind = ${owner.kind} and s.owner_id = ${owner.id}::uuid)
      select l.name, coalesce(r.epoch, l.epoch) as epoch, r.name is not null as fresh
      from wanted w join lock l on l.project_id = ${projectId}::uuid and l.name = w.name left join raised r on r.name = w.name order by l.name collate "C"`
    const locks = taken.map((lock) => ({ name: lock.name, epoch: Number(lock.epoch) }))
    const fresh = taken.filter((lock) => lock.fresh).map((lock) => lock.name)
    const version = Math.max(...locks.map((lock) => lock.epoch))
    return { result: { locks }, events: fresh.length > 0 ? [{ name: 'lock.taken' as const, subject: owner.id, version, data: { names: fresh, owner } }] : [] }
  },
})

/** Locks the rows of all these names, and says who holds or shares them. Everybody goes through the names in the same order, so that nobody waits in a circle. */
async function inOrder({ tx, now }: Context, projectId: string, wanted: readonly string[]): Promise<LockHolder[]> {
  await tx.$executeRaw`
    insert into lock (project_id, name, owner_kind, owner_id, reason, epoch, taken_at)
    select ${projectId}::uuid, name, null, null, '', 0, ${now}::timestamptz from unnest(${[...wanted]}::text[]) as name order by name collate "C" on conflict do nothing`
  await tx.$executeRaw`select 1 from lock where project_id = ${projectId}::uuid and name = any(${[...wanted]}::text[]) order by name collate "C" for update`
  // Read only now: what others did while we waited for their rows is done.
  return tx.$queryRaw<LockHolder[]>`
    select name, 'exclusive' as mode, owner_kind as "ownerKind", owner_id as "ownerId", reason, taken_at as since
    from lock where project_id = ${projectId}::uuid and name = any(${[...wanted]}::text[]) and owner_id is not null
    union all
    select name, 'shared', owner_kind, owner_id, reason, taken_at from lock_share where project_id = ${projectId}::uuid and name = any(${[...wanted]}::text[])
    order by name, since`
}
