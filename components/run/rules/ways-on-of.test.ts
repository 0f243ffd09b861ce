import { expect, test } from 'vitest'
import type { RunView } from '#lib/orchestration/view.ts'
import { waysOnOf } from './ways-on-of.ts'

const run = (says: object): RunView => says as unknown as RunView

test('what the server says is shown in its order', () => {
  const ways = [{ command: 'step.retry', step: 'c', say: 'do c again' }, { command: 'run.abort', step: null, say: 'end it' }]
  expect(waysOnOf(run({ waysOn: ways }))).toEqual(ways)
})

test.each([[{}], [{ waysOn: null }], [{ waysOn: [null, 3, { command: 'x' }] }]])('of what says nothing usable nothing is made up: %j', (says) => expect(waysOnOf(run(says))).toEqual([]))
