import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from './diff.ts'
import { diff, patch } from './diff.ts'

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)

test('what a difference is applied to becomes exactly what it was made for', () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      const sent = JSON.parse(JSON.stringify(diff(before, after))) as ReturnType<typeof diff>
      expect(patch(before, sent)).toEqual(after)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['one field of one item', { steps: [{ id: 'a', status: 'ready' }, { id: 'b', status: 'blocked' }] }, { steps: [{ id: 'a', status: 'leased' }, { id: 'b', status: 'blocked' }] }, 90],
  ['a log line more', { tail: ['x'.repeat(500)] }, { tail: ['x'.repeat(500), 'y'] }, 60],
])('%s makes a small difference', (_name, before, after, most) => {
  expect(JSON.stringify(diff(before, after)).length).toBeLessThan(most)
})

test('what did not change stays the same object', () => {
  const before = { a: { deep: [1, 2] }, b: 1 }
  const after = patch(before, diff(before, { a: { deep: [1, 2] }, b: 2 })) as typeof before
  expect(after.a).toBe(before.a)
})
