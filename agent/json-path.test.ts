import { expect, test } from 'vitest'
import { valueAt } from './json-path.ts'

const value = { items: [{ name: 'a', 'odd.name': 1 }, null], ok: false }

test.each([
  ['$.items[0].name', 'a'],
  ['items[0]["odd.name"]', 1],
  ['ok', false],
  ['$', value],
  ['$.items[1].name', undefined],
  ['$.items[7]', undefined],
  ['$.toString', undefined],
])('%s', (path, found) => {
  expect(valueAt(value, path)).toEqual(found)
})
