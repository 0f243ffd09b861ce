import fc from 'fast-check'
import { expect, test } from 'vitest'
import { release, target } from '#tests/support/situation.ts'
import { callersFirst } from './callers-first.ts'
import type { Move } from './world.ts'

/** A move of a service that offers one contract and calls these. */
function move(service: string, calls: readonly string[], region = 'eu', scope: 'region' | 'global' = 'region'): Move {
  const says = { offers: [{ contract: `${service}-api`, version: '1.0.0' }], calls: calls.map((one) => ({ contract: `${one}-api`, range: '*', scope })) }
  const [now, to] = [release(service, '2.0.0', says), release(service, '1.0.0', says)]
  return { kind: 'move', name: `${service}:${region}`, target: target(service, region, [now], to), region, now: [now], old: [now], to, share: 0.5 }
}
const order = (moves: readonly Move[]) => callersFirst(moves, ({ now }) => now).map(({ move: { name }, callers }) => [name, callers.map((caller) => caller.name)])

test('a chain is gone through from its far end', () => {
  expect(order([move('c', []), move('b', ['c']), move('a', ['b'])])).toEqual([['a:eu', []], ['b:eu', ['a:eu']], ['c:eu', ['b:eu']]])
})

test('a circle is cut at one place, and nobody waits for somebody later', () => {
  expect(order([move('a', ['b']), move('b', ['a'])])).toEqual([['b:eu', []], ['a:eu', ['b:eu']]])
})

test('another region calls only where the contract is a global one', () => {
  expect(order([move('b', []), move('a', ['b'], 'us')])).toEqual([['b:eu', []], ['a:us', []]])
  expect(order([move('b', []), move('a', ['b'], 'us', 'global')])).toEqual([['a:us', []], ['b:eu', ['a:us']]])
})

test('whatever calls whatever: each is there once, and waits only for those before it', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), { maxLength: 18 }), (pairs) => {
      const found = order(names.map((name) => move(name, pairs.flatMap(([from, to]) => (from === name ? [to] : [])))))
      expect(found.map(([name]) => name).sort()).toEqual(names.map((name) => `${name}:eu`))
      for (const [index, [, callers]] of found.entries()) for (const caller of callers as string[]) expect(found.findIndex(([name]) => name === caller)).toBeLessThan(index)
    }),
    { numRuns: 300, seed: 7 },
  )
})
