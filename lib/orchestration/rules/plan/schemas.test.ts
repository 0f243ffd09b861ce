import { describe, expect, test } from 'vitest'
import { isBefore, planned, refused, stepOf } from '#tests/support/planned.ts'
import { release, situation, target } from '#tests/support/situation.ts'
import type { DatabaseFacts } from '../../model.ts'
import { sentenceOf } from '../sentence.ts'

const on = (reads: readonly [number, number], writes: number, scope: 'region' | 'global' = 'region') => ({ schema: { database: 'shop', scope, reads, writes } })
const undo = (from: number, params: Record<string, unknown> | null = { file: `undo-${from}.sql` }, to = from - 1) => ({ from, to, action: params ? { kind: 'sql', params } : null, because: `what customers wrote into schema ${from}` })
const shop = (says: Partial<DatabaseFacts> = {}): DatabaseFacts => ({ database: 'shop', region: 'eu', version: 3, undo: [undo(3), undo(2)], reachedFrom: 'eu', ...says })
const at3 = release('checkout', '1.5.0', on([3, 3], 3))
const world = (from: ReturnType<typeof release>, to: ReturnType<typeof release>, database: Partial<DatabaseFacts> = {}, also: Parameters<typeof situation>[0] = []) => situation([target('checkout', 'eu', [from], to), ...also], { databases: [shop(database)] })

describe('a database stays as it is', () => {
  test.each([
    ['where the old release reads what the new one wrote', world(at3, release('checkout', '1.4.2', on([1, 3], 2)))],
    ['where neither says anything of it', world(release('checkout', '1.5.0'), release('checkout', '1.4.2'))],
    ['where nothing runs on it yet', situation([target('checkout', 'eu', [], release('checkout', '1.4.2', on([1, 2], 2)))])],
    ['where only what leaves used it', world(at3, release('checkout', '1.4.2'))],
  ])('%s', (_name, one) => expect(planned(one).migrations).toEqual([]))
})

describe('a schema version is taken back', () => {
  test('after the release that needs it is gone, where the old one can read both', () => {
    const reporting = target('reports', 'eu', [release('reports', '2.0.0', on([2, 3], 2))], release('reports', '1.0.0', on([1, 2], 2)))
    const plan = planned(world(at3, release('checkout', '1.4.2', on([1, 3], 2)), {}, [reporting]))
    expect(plan.migrations).toEqual([{ database: 'shop', region: 'eu', from: 3, to: 2, step: 'migrate:shop:eu:3-2', group: null }])
    expect(plan.groups).toEqual([])
    expect(isBefore(plan, 'verify:checkout:eu', 'migrate:shop:eu:3-2')).toBe(true)
    expect(isBefore(plan, 'migrate:shop:eu:3-2', 'deploy:reports:eu')).toBe(true)
    expect(plan.edges.find(({ to }) => to === 'migrate:shop:eu:3-2')?.because).toBe('checkout:eu first: otherwise checkout 1.5.0 would run beside schema 2 of shop, and it needs 3 at least')
    expect(plan.edges.find(({ from }) => from === 'migrate:shop:eu:3-2')?.because).toBe('shop goes from 3 to 2 first: otherwise reports 1.0.0 would run beside schema 3, and it reads 2 at most')
  })

  test('behind a drain, while nothing runs, where neither release can read both', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([2, 2], 2))))
    expect(plan.steps.map(({ key }) => key)).toEqual(['stage:checkout:eu', 'drain:checkout:eu', 'stop:checkout:eu', 'migrate:shop:eu:3-2', 'deploy:checkout:eu', 'verify:checkout:eu', 'open:checkout:eu'])
    expect(plan.migrations).toEqual([{ database: 'shop', region: 'eu', from: 3, to: 2, step: 'migrate:shop:eu:3-2', group: 'group:1' }])
    expect(stepOf(plan, 'deploy:checkout:eu').after).toEqual(['migrate:shop:eu:3-2'])
    expect(sentenceOf(plan)).toBe('checkout 1.5.0 → 1.4.2 in eu, behind a drain; shop back from schema 3 to 2 in eu')
  })

  test('one after the other where several have to go: a chain, and one group where no release reads two of them', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([1, 1], 1))))
    expect(plan.migrations.map(({ from, to, group }) => [from, to, group])).toEqual([[3, 2, 'group:1'], [2, 1, 'group:1']])
    expect(stepOf(plan, 'migrate:shop:eu:2-1').after).toEqual(['migrate:shop:eu:3-2'])
    expect(stepOf(plan, 'migrate:shop:eu:3-2').after).toEqual(['stop:checkout:eu'])
  })

  test('only as far as needed', () => {
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 2], 1)))).migrations.map(({ to }) => to)).toEqual([2])
  })

  test('by the very steps that are declared, even where one undoes two versions', () => {
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 2], 1)), { undo: [undo(3, {}, 1)] })).migrations.map(({ from, to }) => [from, to])).toEqual([[3, 1]])
  })

  test('once, behind all regions that use it, where one database serves them all', () => {
    const global = (reads: readonly [number, number], writes: number, version: string) => release('checkout', version, on(reads, writes, 'global'))
    const plan = planned(situation(['eu', 'us'].map((region) => target('checkout', region, [global([3, 3], 3, '1.5.0')], global([1, 3], 2, '1.4.2'))).concat(target('reports', 'us', [global([2, 3], 2, '2.0.0')], global([1, 2], 2, '1.0.0'))), { databases: [shop({ region: null, reachedFrom: 'us' })] }))
    expect(plan.migrations.map(({ step, region }) => [step, region])).toEqual([['migrate:shop:global:3-2', null]])
    for (const region of ['eu', 'us']) expect(isBefore(plan, `verify:checkout:${region}`, 'migrate:shop:global:3-2')).toBe(true)
    expect(plan.locks.exclusive).toContain('schema:production/shop/global')
  })

  test('from the region whose agents reach it, with the very parameters that were declared', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([2, 2], 2)), { reachedFrom: 'us' }))
    expect(stepOf(plan, 'migrate:shop:eu:3-2')).toMatchObject({ role: 'migrate', kind: 'sql', params: { file: 'undo-3.sql' }, region: 'us', service: null, target: null, repeatable: false, check: null })
    expect(plan.locks.exclusive).toEqual(['schema:production/shop/eu', 'target:production/checkout/eu'])
  })

  test('with a look at whether it was done already, where the action declares one', () => {
    const check = { file: 'is-2.sql' }
    const plan = planned(world(at3, release('checkout', '1.4.2', on([2, 2], 2)), { undo: [undo(3, { file: 'undo-3.sql', check })] }))
    expect(stepOf(plan, 'migrate:shop:eu:3-2')).toMatchObject({ repeatable: false, check: { kind: 'sql', params: check } })
  })

  test('from what runs there, where nobody said which version it has', () => {
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), { version: null })).migrations.map(({ from }) => from)).toEqual([3])
  })

  test('and what is in it is lost: the plan says so, and that it cannot be brought back', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([1, 2], 2))))
    expect(plan.losses).toContainEqual({ what: 'columns added by schema 3 of shop in eu are dropped with what is in them: what customers wrote into schema 3', severity: 'serious' })
    expect(plan.reversible).toEqual({ yes: false, because: 'schema 3 of shop in eu can be made again, what was in it cannot: what customers wrote into schema 3' })
  })

  test('and whoever stays on it is locked for sharing', () => {
    const reports = target('reports', 'eu', [release('reports', '2.0.0', on([1, 3], 1))], null)
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), {}, [reports])).locks.shared).toEqual(['target:production/reports/eu'])
  })
})

describe('a schema that cannot be taken back', () => {
  test('is a one-way door, named by who went through it', () => {
    expect(refused(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), { undo: [undo(3, null)] }))).toEqual({
      ok: false,
      because: 'checkout 1.5.0 took shop in eu to 3 and that cannot be undone: what customers wrote into schema 3; checkout 1.4.2 reads schema 1 to 2 of shop',
      conflict: ['checkout 1.5.0 took shop in eu to 3 and that cannot be undone: what customers wrote into schema 3', 'checkout 1.4.2 reads schema 1 to 2 of shop'],
      alsoMove: null,
    })
  })

  test('because nobody said how, is refused in those words', () => {
    expect(refused(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), { undo: [] })).because).toBe('checkout 1.5.0 took shop in eu to 3, and nothing says how that is undone; checkout 1.4.2 reads schema 1 to 2 of shop')
  })

  test('is named where the way down ends, however far it leads', () => {
    expect(refused(world(at3, release('checkout', '1.4.2', on([1, 1], 1)), { undo: [undo(3), undo(2, null)] })).because).toBe('shop in eu was taken to 2 and that cannot be undone: what customers wrote into schema 2; checkout 1.4.2 reads schema 1 to 1 of shop')
  })

  test('because another needs it, names both, and who would have to come along', () => {
    const reports = target('reports', 'eu', [release('reports', '2.0.0', on([3, 3], 2))], null, { candidate: release('reports', '1.0.0', on([1, 3], 2)) })
    expect(refused(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), {}, [reports]))).toEqual({
      ok: false,
      because: 'reports in eu stays as it is: reports 2.0.0 reads schema 3 to 3 of shop; checkout 1.4.2 reads schema 1 to 2 of shop',
      conflict: ['reports in eu stays as it is: reports 2.0.0 reads schema 3 to 3 of shop', 'checkout 1.4.2 reads schema 1 to 2 of shop'],
      alsoMove: [{ targetId: reports.targetId, service: 'reports', region: 'eu', version: '1.0.0' }],
    })
  })
})

describe('a release that takes the schema further up', () => {
  const old = release('checkout', '1.4.2', on([1, 3], 2))
  const up = (says: Partial<DatabaseFacts> = {}, from = old) => world(from, at3, { version: 2, ...says })

  test('moves while it serves where the old one reads what it makes of it, and the plan says what it does', () => {
    const plan = planned({ ...up(), purpose: 'deployment' })
    expect(plan.groups).toEqual([])
    expect(plan.notes).toEqual(['starting the new releases takes shop in eu from schema 2 to 3'])
    expect(plan.reversible.yes).toBe(true)
  })

  test('moves behind a drain where the old one cannot read it', () => {
    expect(planned(up({}, release('checkout', '1.4.2', on([1, 2], 2)))).groups).toEqual([{ key: 'group:1', because: 'checkout in eu: checkout 1.5.0 takes shop to schema 3, which checkout 1.4.2 cannot read while both run' }])
  })

  test('waits for others that cannot read it', () => {
    const reports = target('reports', 'eu', [release('reports', '1.0.0', on([1, 2], 1))], release('reports', '2.0.0', on([1, 3], 1)))
    const plan = planned(world(old, at3, { version: 2 }, [reports]))
    expect(plan.edges.find(({ from, to }) => from === 'verify:reports:eu' && to === 'deploy:checkout:eu')?.because).toBe('reports:eu first: otherwise checkout 1.5.0 takes shop to schema 3, which reports 1.0.0 cannot read')
  })

  test('goes first where another needs what it makes', () => {
    const reports = target('reports', 'eu', [release('reports', '1.0.0', on([1, 3], 1))], release('reports', '2.0.0', on([3, 3], 1)))
    expect(isBefore(planned(world(old, at3, { version: 2 }, [reports])), 'verify:checkout:eu', 'deploy:reports:eu')).toBe(true)
  })

  test.each([
    ['cannot be undone', [undo(3, null)], 'shop in eu goes from schema 2 to 3 and that cannot be undone: what customers wrote into schema 3'],
    ['is nowhere said to be undone', [], 'shop in eu goes from schema 2 to 3, and nothing says how that is undone'],
  ])('and %s makes the plan one that cannot be taken back', (_name, steps, because) => expect(planned(up({ undo: steps })).reversible).toEqual({ yes: false, because }))

  test('is refused where one that stays could not read it', () => {
    const reports = target('reports', 'eu', [release('reports', '1.0.0', on([1, 2], 1))], null)
    expect(refused(world(old, at3, { version: 2 }, [reports])).because).toBe('checkout 1.5.0 reads schema 3 to 3 of shop; reports in eu stays as it is: reports 1.0.0 reads schema 1 to 2 of shop')
  })

  test('is refused where it needs more than anything makes', () => {
    expect(refused(world(old, release('checkout', '1.6.0', on([4, 4], 2)), { version: 2 })).conflict).toEqual(['shop in eu is at 2, and nothing that starts takes it further', 'checkout 1.6.0 reads schema 4 to 4 of shop'])
  })
})

describe('what cannot use the schema even now', () => {
  const reports = release('reports', '1.0.0', on([1, 2], 1))
  const said = 'broken already: reports 1.0.0 reads schema 1 to 2 of shop, and it is at 3'

  test('and stays is excused where the schema changes, and no matter where it does not', () => {
    const stays = target('reports', 'eu', [reports], null)
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 2], 2)), {}, [stays])).excused).toEqual([said])
    expect(planned(world(at3, release('checkout', '1.4.2', on([1, 3], 2)), {}, [stays])).excused).toEqual([])
  })

  test('and moves is mended where that is possible: its new release counts', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([1, 3], 2)), {}, [target('reports', 'eu', [reports], release('reports', '0.9.0', on([1, 2], 1)))]))
    expect(plan.excused).toEqual([said])
    expect(plan.migrations.map(({ to }) => to)).toEqual([2])
  })

  test('and moves to what cannot either is left as it is where nothing better can be had', () => {
    const plan = planned(world(at3, release('checkout', '1.4.2', on([3, 3], 2)), {}, [target('reports', 'eu', [reports], release('reports', '0.9.0', on([1, 2], 1)))]))
    expect(plan.excused).toEqual([said])
    expect(plan.migrations).toEqual([])
  })
})
