import { expect, test } from 'vitest'
import { safeNext } from './safe-next.ts'

test.each([
  ['/incidents/42?tab=a#b', '/incidents/42?tab=a#b'],
  ['/', '/'],
  [undefined, '/'],
  ['', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/x\\..\\..//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  ['incidents', '/'],
  ['/sign-in?next=/sign-in', '/'],
  [['/a', '/b'], '/'],
])('%j leads to %s', (next, expected) => {
  expect(safeNext(next)).toBe(expected)
})
