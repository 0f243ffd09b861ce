import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { World } from '#tests/support/world.ts'
import { seedWorld } from '#tests/support/world.ts'
import { lockList } from '../queries/locks.ts'
import { breakLock } from './break-lock.ts'
import { releaseLocks } from './release-locks.ts'
import { takeLocks } from './take-locks.ts'

let world: World

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
})

const owner = (): { kind: string; id: string } => ({ kind: 'run', id: newId() })
type Owner = ReturnType<typeof owner>
const take = (who: Owner, names: string[], shared: string[] = [], reason = 'a test') => execute(takeLocks, system('test'), { names, shared, owner: who, reason, projectId: world.projectId })
const free = (who: Owner) => execute(releaseLocks, system('test'), { owner: who })
const locked = { code: 'locked' }
const listed = async (prefix: string) => (await ask(lockList, world.people.viewer, {})).data.filter((lock) => lock.name.startsWith(prefix))

describe('a shared lock', () => {
  test('is shared by many, kept from whoever wants it alone, and says by whom, since when and why', async () => {
    const [first, second] = [owner(), owner()]
    await take(first, ['s:own'], ['s:beside'], 'checkout back to 1.4.2')
    await take(second, [], ['s:beside'])
    await expect(take(owner(), ['s:beside'])).rejects.toMatchObject({ ...locked, message: expect.stringMatching(new RegExp(`^s:beside is shared by run ${first.id} since .*Z: checkout back to 1.4.2$`)), detail: { mode: 'shared', owner: first, reason: 'checkout back to 1.4.2' } })
    expect(await listed('s:')).toMatchObject([{ name: 's:beside', mode: 'shared', owner: first }, { name: 's:beside', mode: 'shared', owner: second }, { name: 's:own', mode: 'exclusive', owner: first, reason: 'checkout back to 1.4.2' }])
    await free(first)
    await expect(take(owner(), ['s:beside'])).rejects.toMatchObject(locked)
    await free(second)
    const third = owner()
    expect((await take(third, ['s:beside'])).locks[0]?.epoch).toBe(3)
    await expect(take(owner(), [], ['s:beside'])).rejects.toMatchObject({ ...locked, message: expect.stringContaining('is held by') })
    await free(third)
    expect(await listed('s:')).toEqual([])
  })

  test('becomes its owner’s alone when nobody else shares it, and the same wish again changes nothing', async () => {
    const who = owner()
    await take(who, [], ['u:x'])
    await take(who, [], ['u:x'])
    expect(await listed('u:')).toMatchObject([{ mode: 'shared', epoch: 1 }])
    await take(who, ['u:x'], ['u:x'])
    expect(await listed('u:')).toMatchObject([{ mode: 'exclusive', owner: who, epoch: 2 }])
    await take(who, [], ['u:x'])
    expect(await listed('u:')).toMatchObject([{ mode: 'exclusive', epoch: 2 }])
  })

  test('of a wish that is refused nothing stays', async () => {
    const first = owner()
    await take(first, ['v:b'])
    await expect(take(owner(), ['v:a'], ['v:b', 'v:c'])).rejects.toMatchObject(locked)
    expect((await listed('v:')).map((lock) => lock.name)).toEqual(['v:b'])
  })

  test('at least one has to be named', async () => {
    await expect(take(owner(), [])).rejects.toMatchObject({ code: 'invalid' })
  })
})

describe('many at once', () => {
  /** A small generator, so that a failure can be played again. */
  const dice = (seed: number) => (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }

  test('20 who want the same lock, half of them only to share it: one holds it, or sharers do, never both', async () => {
    for (let round = 0; round < 3; round++) {
      const owners = Array.from({ length: 20 }, owner)
      const name = `w:${round}`
      const results = await Promise.allSettled(owners.map((who, n) => (n % 2 ? take(who, [name]) : take(who, [], [name]))))
      const won = owners.filter((_, n) => results[n]?.status === 'fulfilled')
      const held = await listed(name)
      const alone = held.filter((lock) => lock.mode === 'exclusive')
      expect(alone.length === 1 ? held.length === 1 : alone.length === 0 && held.length > 0).toBe(true)
      expect(held.map((lock) => lock.owner.id).sort()).toEqual(won.map((who) => who.id).sort())
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(locked)
      for (const who of won) await free(who)
    }
  })

  test('50 overlapping wishes over and over: none waits for ever, none deadlocks, and nobody is ever beside somebody who is alone', async () => {
    const roll = dice(4_711)
    const names = Array.from({ length: 12 }, (_, n) => `x:${String(n).padStart(2, '0')}`)
    const tally = { got: 0, refused: 0 }
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let turn = 0; turn < 3; turn++) {
          const who = owner()
          const wish = names.filter(() => roll(3) === 0).sort(() => roll(3) - 1)
          if (wish.length === 0) continue
          const alone = wish.filter(() => roll(2) === 0)
          try {
            await take(who, alone, wish.filter((name) => !alone.includes(name)))
            tally.got++
            const rows = await db().$queryRaw<{ name: string; alone: bigint; others: bigint }[]>`
              select l.name, count(l.owner_id) as alone, (select count(*) from lock_share s where s.name = l.name and s.project_id = l.project_id and s.owner_id <> coalesce(l.owner_id, s.owner_id)) as others
              from lock l where l.name like 'x:%' group by l.name, l.project_id, l.owner_id`
            for (const row of rows) expect(Number(row.alone) === 1 && Number(row.others) > 0, `${row.name} is held alone and shared`).toBe(false)
            await free(who)
          } catch (error) {
            expect(error).toMatchObject(locked)
            tally.refused++
          }
        }
      }),
    )
    expect(tally.got).toBeGreaterThan(10)
    expect(tally.refused).toBeGreaterThan(10)
    expect(await listed('x:')).toEqual([])
  }, 60_000)
})

describe('breaking a lock', () => {
  const reason = 'the agent is gone for good and the shop is down'

  test('takes it from everybody, is recorded with who had it, and the next holder’s token is higher', async () => {
    const [first, second] = [owner(), owner()]
    await take(first, [], ['y:x'])
    await take(second, [], ['y:x'])
    expect(await execute(breakLock, world.people.admin, { name: 'y:x', reason })).toEqual({ takenFrom: [first, second] })
    expect(await listed('y:')).toEqual([])
    const [record] = await db().$queryRaw<{ payload: Record<string, unknown> }[]>`select p.payload from record r join record_payload p on p.record_id = r.id where r.action = 'lock.break' and r.subject_id = 'y:x'`
    expect(record?.payload).toMatchObject({ input: { reason }, held: [{ id: first.id, mode: 'shared' }, { id: second.id }] })
    expect(await db().outbox.count({ where: { name: 'lock.broken', subject: first.id } })).toBe(1)
    expect((await take(owner(), ['y:x'])).locks[0]?.epoch).toBe(4)
  })

  test('is for commanders and administrators, with a reason that says something', async () => {
    await take(owner(), ['z:x'])
    for (const who of ['viewer', 'responder', 'approver'] as const) await expect(execute(breakLock, world.people[who], { name: 'z:x', reason })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(breakLock, world.stranger, { name: 'z:x', reason })).rejects.toMatchObject({ code: 'not_found' })
    await expect(execute(breakLock, world.people.admin, { name: 'z:x', reason: 'because' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(execute(breakLock, world.people.admin, { name: 'z:nothing', reason })).rejects.toMatchObject({ code: 'not_found' })
    const both = await Promise.allSettled([1, 2].map(() => execute(breakLock, world.people.commander, { name: 'z:x', reason })))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict', message: 'nobody holds z:x' } })
  })
})
