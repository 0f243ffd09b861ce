import { expect, test } from 'vitest'
import { keepKey } from './keep-key.ts'

test('the same input keeps its key until it is done; another input has another', () => {
  const keys = keepKey()
  const first = keys.of({ title: 'checkout fails' })
  expect(keys.of({ title: 'checkout fails' })).toBe(first)
  expect(keys.of({ title: 'payments fail' })).not.toBe(first)
  const again = keys.of({ title: 'checkout fails' })
  expect(again).not.toBe(first)
  keys.done()
  expect(keys.of({ title: 'checkout fails' })).not.toBe(again)
})
