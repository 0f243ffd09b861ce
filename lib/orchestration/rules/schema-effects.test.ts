import { expect, test } from 'vitest'
import { release, situation, target } from '#tests/support/situation.ts'
import type { DeclaredSchema } from './schema-effects.ts'
import { planMoves } from './plan-moves.ts'
import { schemaEffects } from './schema-effects.ts'

const old = release('checkout', '1.4.2')
const result = planMoves(situation(['eu', 'us'].map((region) => target('checkout', region, [release('checkout', '1.5.0')], old))))
if (!result.ok) throw new Error(result.because)
const { document } = result
const of = (schema: DeclaredSchema): ReadonlyMap<string, DeclaredSchema> => new Map([[old.releaseId, schema]])

test('a deploy may have migrated from the moment it begins, the database of its region or the one for all', () => {
  expect([...schemaEffects(document, of({ database: 'orders', scope: 'region', writes: 4 }))].sort()).toEqual([
    ['deploy:checkout:eu', { database: 'orders', region: 'eu', version: 4, when: 'begins' }],
    ['deploy:checkout:us', { database: 'orders', region: 'us', version: 4, when: 'begins' }],
  ])
  expect(schemaEffects(document, of({ database: 'orders', scope: 'global', writes: 4 })).get('deploy:checkout:us')).toMatchObject({ region: null })
})

test('a release without a schema has no effect', () => {
  expect(schemaEffects(document, new Map()).size).toBe(0)
})

test('a version is taken back only when its step has succeeded', () => {
  const taken = { ...document, migrations: [{ database: 'orders', region: null, from: 5, to: 4, step: 'migrate:orders:5', group: null }] }
  expect([...schemaEffects(taken, new Map())]).toEqual([['migrate:orders:5', { database: 'orders', region: null, version: 4, when: 'succeeded' }]])
})
