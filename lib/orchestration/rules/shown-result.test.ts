import { expect, test } from 'vitest'
import { shownResult } from './shown-result.ts'

test('the results of tools that report to people are shown', () => {
  expect(shownResult('ansible', { tasks: [] })).toEqual({ tasks: [] })
  expect(shownResult('terraform', { add: 1 })).toEqual({ add: 1 })
})

test.each(['snapshot', 'stage', 'deploy', 'verify', 'shell', 'sql', 'http'])('the result of %s is for the server alone', (kind) => {
  expect(shownResult(kind, { content: { PASSWORD: 'x' } })).toBeNull()
})

test('what is no object, or longer than a screen can use, is not shown', () => {
  for (const result of [null, undefined, 'text', [1]]) expect(shownResult('ansible', result)).toBeNull()
  expect(shownResult('ansible', { tasks: ['x'.repeat(24_000)] })).toBeNull()
})
