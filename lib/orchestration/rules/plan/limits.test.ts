import { describe, expect, test } from 'vitest'
import { isBefore, planned, refused } from '#tests/support/planned.ts'
import { release, situation, target, uuidOf } from '#tests/support/situation.ts'
import type { LimitFacts, TargetFacts } from '../../model.ts'

const node = (name: string, says: Partial<TargetFacts> = {}, region = 'eu') => target(name, region, [release(name, '2.0.0')], release(name, '1.0.0'), says)
const nodes = (says: Record<string, Partial<TargetFacts>> = {}) => ['a', 'b', 'c'].map((name) => node(name, says[name]))
const limit = (kind: LimitFacts['kind'], mayBeOut: number, members = ['a', 'b', 'c'], weight = 1): LimitFacts => ({ name: 'ledger', kind, mayBeOut, members: members.map((name) => ({ targetId: uuidOf(`${name}/eu`), weight })) })

describe('a quorum', () => {
  test('lets as many move at once as may be missing, and the rest waits with that reason', () => {
    const plan = planned(situation(nodes(), { limits: [limit('quorum', 1)] }))
    expect(isBefore(plan, 'verify:a:eu', 'deploy:b:eu')).toBe(true)
    expect(isBefore(plan, 'verify:b:eu', 'deploy:c:eu')).toBe(true)
    expect(plan.edges.find(({ from, to }) => from === 'verify:a:eu' && to === 'deploy:b:eu')?.because).toBe('eu waits until a 1.0.0 serves in eu: quorum ledger of 3 may miss 1')
  })

  test('of which two may be missing has two moving at once', () => {
    const plan = planned(situation(nodes(), { limits: [limit('quorum', 2)] }))
    expect(isBefore(plan, 'deploy:a:eu', 'deploy:b:eu')).toBe(false)
    expect(isBefore(plan, 'verify:a:eu', 'deploy:c:eu')).toBe(true)
    expect(isBefore(plan, 'verify:b:eu', 'deploy:c:eu')).toBe(true)
  })

  test('waits in the order that versions ask for', () => {
    const calling = { ...node('a'), running: [{ digest: release('a', '2.0.0').digest, instances: 2, release: release('a', '2.0.0', { calls: [{ contract: 'c', range: '^2.0.0', scope: 'region' }] }) }] }
    const called = target('c', 'eu', [release('c', '2.0.0', { offers: [{ contract: 'c', version: '2.0.0' }] })], release('c', '1.0.0', { offers: [{ contract: 'c', version: '1.0.0' }] }))
    const plan = planned(situation([{ ...node('b') }, called, calling], { limits: [limit('quorum', 1)] }))
    expect(plan.moves.map(({ service }) => service)).toEqual(['a', 'b', 'c'])
  })

  test('spans regions, and a note is not needed: one region waits for the other anyway', () => {
    const world = situation([node('a'), node('a', {}, 'us')], { limits: [{ name: 'ledger', kind: 'quorum', mayBeOut: 1, members: ['eu', 'us'].map((region) => ({ targetId: uuidOf(`a/${region}`), weight: 1 })) }] })
    expect(isBefore(planned(world), 'verify:a:us', 'deploy:a:eu')).toBe(true)
  })

  test('has no one to spare where one is out already: refused, with the smallest set of facts', () => {
    expect(refused(situation(nodes({ c: { out: true } }), { limits: [limit('quorum', 1)] }))).toEqual({
      ok: false,
      because: 'a in eu would be out while it moves, and quorum ledger of 3 may miss 1; c in eu is out already',
      conflict: ['a in eu has to move', 'c in eu is out already', 'quorum ledger of 3 may miss 1'],
      alsoMove: null,
    })
  })

  test('counts what is in maintenance as out', () => {
    const world = situation([...nodes().slice(0, 2), target('c', 'eu', [release('c', '2.0.0')], null)], { limits: [limit('quorum', 1)], windows: [{ name: 'disks', kind: 'maintenance', until: '2026-12-01T00:00:00Z', targetIds: [uuidOf('c/eu')], rollback: false }] })
    expect(refused(world).because).toBe('a in eu would be out while it moves, and quorum ledger of 3 may miss 1; c in eu is out already')
  })

  test('loses nothing more by moving what is out already', () => {
    expect(planned(situation([node('a', { out: true })], { limits: [limit('quorum', 1)] })).moves).toHaveLength(1)
  })

  test('that a group alone would exceed is refused, naming what makes it one', () => {
    const ring = (name: string, other: string, major: number) => release(name, `${major}.0.0`, { offers: [{ contract: name, version: `${major}.0.0` }], calls: [{ contract: other, range: `^${major}.0.0`, scope: 'region' }] })
    const world = situation([target('a', 'eu', [ring('a', 'b', 2)], ring('a', 'b', 1)), target('b', 'eu', [ring('b', 'a', 2)], ring('b', 'a', 1)), node('c', { out: true })], { limits: [limit('quorum', 1)] })
    expect(refused(world).because).toBe('a in eu and b in eu would be out together, and quorum ledger of 3 may miss 1')
    expect(refused(world).conflict.filter((fact) => /first/.test(fact))).toHaveLength(2)
    expect(refused(world).conflict).not.toContain('c in eu is out already')
  })
})

describe('a capacity', () => {
  test.each([
    ['what moves while it serves misses one instance of several', 4, 0.5, false],
    ['more than that waits', 2, 0.5, true],
  ])('%s', (_name, instances, mayBeOut, waits) => {
    const plan = planned(situation(nodes({ a: { instances }, b: { instances }, c: { instances } }), { limits: [limit('capacity', mayBeOut)] }))
    expect(isBefore(plan, 'verify:a:eu', 'deploy:b:eu')).toBe(waits)
  })

  test('what is behind a drain is missing whole', () => {
    const world = situation([node('a', { instances: 4, minUp: 4 })], { limits: [limit('capacity', 0.5)] })
    expect(refused(world).because).toBe('a in eu would be out while it moves (a in eu has 4 instances and needs 4 up: replacing one would leave too few), and capacity ledger of 3 may miss 0.5')
  })
})

describe('a group that is too heavy for a capacity', () => {
  const ring = (name: string, other: string, major: number, says: Parameters<typeof release>[2] = {}) => release(name, `${major}.0.0`, { offers: [{ contract: name, version: `${major}.0.0` }], calls: [{ contract: other, range: `^${major}.0.0`, scope: 'region' }], ...says })
  const pair = (says: Partial<TargetFacts> = {}) => [target('a', 'eu', [ring('a', 'b', 2)], ring('a', 'b', 1), { instances: 4, ...says }), target('b', 'eu', [ring('b', 'a', 2)], ring('b', 'a', 1), { instances: 4 })]
  const plan = planned(situation(pair(), { limits: [limit('capacity', 1.5)] }))

  test('has fewer behind the drain: the other moves while that serves nobody, and stays up', () => {
    expect(plan.steps.map(({ key }) => key)).toEqual(['stage:a:eu', 'stage:b:eu', 'drain:a:eu', 'stop:a:eu', 'deploy:b:eu', 'verify:b:eu', 'deploy:a:eu', 'verify:a:eu', 'open:a:eu'])
    expect(isBefore(plan, 'stop:a:eu', 'deploy:b:eu')).toBe(true)
    expect(isBefore(plan, 'verify:b:eu', 'deploy:a:eu')).toBe(true)
    expect(plan.moves.map(({ service, group }) => [service, group])).toEqual([['a', 'group:1'], ['b', null]])
  })

  test('says of each which of the two it is', () => {
    expect(plan.notes).toEqual(['a in eu serves nobody while group:1 moves; its callers there get no answer', 'b in eu serves on and moves while group:1 serves nobody: all of them out at the same time would be too much'])
  })

  test('drains those that have to be: one that cannot run beside itself is not the one that serves on', () => {
    expect(planned(situation([target('a', 'eu', [ring('a', 'b', 2)], ring('a', 'b', 1), { instances: 4 }), target('b', 'eu', [ring('b', 'a', 2, { besideItself: false })], ring('b', 'a', 1), { instances: 4 })], { limits: [limit('capacity', 1.5)] })).moves.map(({ service, group }) => [service, group])).toEqual([['a', null], ['b', 'group:1']])
  })

  test('is refused where even that is too much', () => {
    expect(refused(situation(pair(), { limits: [limit('capacity', 1.2)] })).because).toBe('a in eu and b in eu would be out together, and capacity ledger of 3 may miss 1.2')
  })

  test('moves as one where it is not too heavy', () => {
    expect(planned(situation(pair(), { limits: [limit('capacity', 2)] })).moves.map(({ group }) => group)).toEqual(['group:1', 'group:1'])
  })
})

describe('windows', () => {
  const window = (says: object) => ({ windows: [{ name: 'year end', kind: 'freeze' as const, until: '2027-01-02T00:00:00Z', targetIds: [uuidOf('a/eu')], rollback: false, ...says }] })

  test('a freeze refuses a deployment, naming itself and its end', () => {
    expect(refused(situation([node('a')], { ...window({ rollback: true }), purpose: 'deployment' }))).toMatchObject({
      because: 'the freeze year end is in force for a in eu until 2027-01-02T00:00:00Z, and nothing is deployed in it',
      conflict: ['a in eu is to go to 1.0.0', 'the freeze year end is in force for a in eu until 2027-01-02T00:00:00Z, and nothing is deployed in it'],
    })
  })

  test('a rollback passes where the freeze says so, and whoever decides is told', () => {
    expect(planned(situation([node('a')], window({ rollback: true }))).notes).toEqual(['the freeze year end is in force until 2027-01-02T00:00:00Z; a rollback passes it'])
  })

  test('a rollback is refused where it does not', () => {
    expect(refused(situation([node('a')], window({}))).because).toBe('the freeze year end is in force for a in eu until 2027-01-02T00:00:00Z, and not even a rollback passes')
  })

  test('what is in maintenance is not moved', () => {
    expect(refused(situation([node('a')], window({ kind: 'maintenance', name: 'disks' }))).because).toBe('a in eu is in maintenance (disks) until 2027-01-02T00:00:00Z and is not moved')
  })

  test('a window over others is no matter', () => {
    expect(planned(situation([node('b')], window({}))).notes).toEqual([])
  })
})

describe('agents', () => {
  const regions = (kinds: string[] | null) => ({ regions: [{ name: 'eu', rtoSeconds: 600, trafficShare: 1, maxParallel: 8, kinds }] })

  test('that may do all of it, or were not asked, are no matter', () => {
    expect(planned(situation([node('a')], regions(null))).moves).toHaveLength(1)
    expect(planned(situation([node('a')], regions(['stage', 'deploy', 'verify']))).moves).toHaveLength(1)
  })

  test('that may not do a step are missed by name of kind and region', () => {
    expect(refused(situation([node('a')], regions(['deploy']))).because).toBe('no agent in eu may do stage and verify; a in eu has to move')
  })

  test('are not asked for what the command center does itself', () => {
    const world = situation(['a', 'b', 'c'].map((name) => node(name)), { ...regions(['stage', 'deploy', 'verify']), limits: [limit('quorum', 1)] })
    expect(planned(world).steps.some(({ kind }) => kind === 'barrier')).toBe(true)
  })
})
