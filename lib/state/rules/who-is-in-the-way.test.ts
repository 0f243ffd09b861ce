import { expect, test } from 'vitest'
import type { LockHolder } from './who-is-in-the-way.ts'
import { whoIsInTheWay } from './who-is-in-the-way.ts'

const me = { kind: 'run', id: 'a' }
const holder = (mode: LockHolder['mode'], ownerId: string): LockHolder => ({ name: 'x', mode, ownerKind: 'run', ownerId, reason: 'a test', since: new Date(0) })

test.each([
  ['alone', 'exclusive', 'b', true],
  ['alone', 'shared', 'b', true],
  ['shared', 'exclusive', 'b', true],
  ['shared', 'shared', 'b', false],
  ['alone', 'exclusive', 'a', false],
  ['alone', 'shared', 'a', false],
  ['shared', 'exclusive', 'a', false],
] as const)('wanted %s, held %s by %s: in the way is %s', (wanted, mode, owner, inTheWay) => {
  expect(whoIsInTheWay([holder(mode, owner)], { exclusive: new Set(wanted === 'alone' ? ['x'] : []), owner: me }) !== null).toBe(inTheWay)
})

test('an owner of another kind with the same id is somebody else', () => {
  expect(whoIsInTheWay([{ ...holder('exclusive', 'a'), ownerKind: 'drill' }], { exclusive: new Set(['x']), owner: me })).not.toBeNull()
})
