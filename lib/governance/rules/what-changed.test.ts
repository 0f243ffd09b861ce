import { expect, test } from 'vitest'
import type { ReadPlan } from './what-changed.ts'
import { whatChanged } from './what-changed.ts'

const plan = (moves: [service: string, region: string, version: string][], ...steps: string[]): ReadPlan => ({ moves: moves.map(([service, region, version]) => ({ service, region, to: { version } })), steps: steps.map((key) => ({ key })) })
const read = plan([['checkout', 'eu', '1.4.1'], ['checkout', 'us', '1.4.1']], 'a', 'b')

test.each<[string, ReadPlan, string[]]>([
  ['another version', plan([['checkout', 'eu', '1.4.0'], ['checkout', 'us', '1.4.1']], 'a', 'b'), ['checkout in eu goes to 1.4.0 instead of 1.4.1']],
  ['one target more and one fewer', plan([['checkout', 'eu', '1.4.1'], ['payments', 'eu', '2.0.0']], 'a', 'b'), ['payments in eu goes to 2.0.0 too', 'checkout in us stays']],
  ['other steps', plan([['checkout', 'eu', '1.4.1'], ['checkout', 'us', '1.4.1']], 'a', 'c', 'd', 'e', 'f'), ['5 steps instead of 2; new: c, d, e and 1 more; gone: b']],
  ['another order', plan([['checkout', 'eu', '1.4.1'], ['checkout', 'us', '1.4.1']], 'b', 'a'), ['the same steps in another order']],
  ['only something inside', read, ['the same targets, versions and steps; something inside a step is other']],
  ['nothing that can be read', {}, ['checkout in eu stays', 'checkout in us stays', '0 steps instead of 2; gone: a, b']],
])('%s', (_what, now, said) => {
  expect(whatChanged(read, now)).toEqual(said)
})
