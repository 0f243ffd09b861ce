import { expect, test } from 'vitest'
import { titleOf } from './title-of.ts'

const move = (service: string, region: string) => ({ service, region, from: ['1'], to: '2', toDigest: '', why: 'asked' as const, group: null })

test('a few services are named', () => expect(titleOf({ sentence: 'a 1 → 2 in us', moves: [move('a', 'us')] })).toEqual({ kind: 'whole', sentence: 'a 1 → 2 in us' }))

test('many are counted, with the regions in their order', () => {
  const moves = ['us', 'eu'].flatMap((region) => ['a', 'b', 'c', 'd', 'e'].map((service) => move(service, region)))
  expect(titleOf({ sentence: '…', moves })).toEqual({ kind: 'many', services: 5, regions: ['us', 'eu'] })
})
