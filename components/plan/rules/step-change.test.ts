import { expect, test } from 'vitest'
import { stepChange } from './step-change.ts'

test('only what differs is told, on both sides', () => {
  const before = JSON.stringify({ kind: 'deploy', params: { version: 'a' }, timeoutMs: 1 })
  const after = JSON.stringify({ kind: 'deploy', params: { version: 'b' }, timeoutMs: 1 })
  expect(stepChange(before, after)).toEqual(['params:\n  version: a', 'params:\n  version: b'])
})

test('of a step that is only on one side, what it executes', () => {
  expect(stepChange(null, JSON.stringify({ kind: 'stage', params: { service: 'a' }, timeoutMs: 1 }))).toEqual([null, 'kind: stage\nparams:\n  service: a'])
})

test('what one side lacks is not made up', () => expect(stepChange('{"check":null}', '{"check":{"kind":"sql"}}')).toEqual(['check: null', 'check:\n  kind: sql']))
