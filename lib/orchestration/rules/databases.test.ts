import { describe, expect, test } from 'vitest'
import type { RegionFacts } from '../model.ts'
import { release, target } from '#tests/support/situation.ts'
import { databasesOf } from './databases.ts'

const regions: RegionFacts[] = [
  { name: 'eu', rtoSeconds: 600, trafficShare: 0.6, kinds: ['deploy'], maxParallel: 8 },
  { name: 'us', rtoSeconds: 600, trafficShare: 0.4, kinds: ['deploy', 'sql'], maxParallel: 8 },
]
const writing = (writes: number, scope: 'region' | 'global' = 'region') => release('checkout', `1.${writes}.0`, { schema: { database: 'orders', scope, reads: [1, writes], writes } })
const drop = { kind: 'sql', params: { statement: 'drop table baskets' } }

describe('where a database stands', () => {
  test.each([
    ['what runs there has certainly written it', [], 5],
    ['it was recorded higher: something may be half done', [{ database: 'orders', region: 'eu', version: 6 }], 6],
    ['a record that is behind what runs is not believed', [{ database: 'orders', region: 'eu', version: 3 }], 5],
    ['a record of another region says nothing', [{ database: 'orders', region: 'us', version: 9 }], 5],
  ])('%s', (_why, known, version) => {
    expect(databasesOf([target('checkout', 'eu', [writing(4), writing(5)], writing(4))], known, [], regions)).toEqual([{ database: 'orders', region: 'eu', version, undo: [], reachedFrom: 'eu' }])
  })

  test('nobody can say it where nothing was seen and nothing recorded', () => {
    expect(databasesOf([target('checkout', 'eu', null, writing(4))], [], [], regions)).toMatchObject([{ version: null }])
    expect(databasesOf([target('checkout', 'eu', null, writing(4))], [{ database: 'orders', region: 'eu', version: 5 }], [], regions)).toMatchObject([{ version: 5 }])
  })

  test('one for all regions is one', () => {
    const both = ['eu', 'us'].map((region) => target('checkout', region, [writing(region === 'eu' ? 5 : 4, 'global')], null))
    expect(databasesOf(both, [], [], regions)).toEqual([{ database: 'orders', region: null, version: 5, undo: [], reachedFrom: 'eu' }])
  })
})

describe('the way back of a schema', () => {
  const undos = [
    { database: 'orders', to: 4, undo: drop, because: 'baskets are lost' },
    { database: 'orders', to: 5, undo: null, because: 'the old column is gone' },
    { database: 'other', to: 9, undo: drop, because: '' },
  ]

  test('is the steps of this database, from the newest version down', () => {
    expect(databasesOf([target('checkout', 'eu', [writing(5)], null)], [], undos, regions)[0]?.undo).toEqual([
      { from: 5, to: 4, action: null, because: 'the old column is gone' },
      { from: 4, to: 3, action: drop, because: 'baskets are lost' },
    ])
  })

  test('of a database for all regions is done where an agent may do it, else in the first region', () => {
    const shared = target('checkout', 'eu', [writing(5, 'global')], null)
    expect(databasesOf([shared], [], undos, regions)[0]?.reachedFrom).toBe('us')
    expect(databasesOf([shared], [], undos, regions.map((region) => ({ ...region, kinds: null })))[0]?.reachedFrom).toBe('eu')
  })
})
