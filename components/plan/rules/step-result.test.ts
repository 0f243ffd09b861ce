import { expect, test } from 'vitest'
import { readResult } from './step-result.ts'

test('tasks by host are a table', () => {
  expect(readResult({ tasks: [{ task: 'restart', host: 'eu-1', outcome: 'changed' }, { name: 'check', host: 'eu-1', failed: true, msg: 'no answer' }] })).toEqual({
    kind: 'tasks',
    tasks: [{ task: 'restart', host: 'eu-1', outcome: 'changed', message: '' }, { task: 'check', host: 'eu-1', outcome: 'failed', message: 'no answer' }],
  })
})

test('a task with its hosts inside is one line for each', () => {
  expect(readResult({ tasks: [{ name: 'restart', hosts: { 'eu-1': { changed: true }, 'eu-2': { unreachable: true }, 'eu-3': 'skipped', 'eu-4': {} } }] })).toMatchObject({
    kind: 'tasks', tasks: [{ host: 'eu-1', outcome: 'changed' }, { host: 'eu-2', outcome: 'unreachable' }, { host: 'eu-3', outcome: 'skipped' }, { host: 'eu-4', outcome: 'ok' }],
  })
})

test('counts are counts, wherever they stand', () => {
  expect(readResult({ add: 1, change: 0, destroy: 2 })).toEqual({ kind: 'changes', add: 1, change: 0, destroy: 2 })
  expect(readResult({ changes: { add: 0, change: 3, destroy: 0 }, outputs: {} })).toEqual({ kind: 'changes', add: 0, change: 3, destroy: 0 })
})

test.each([[{ tasks: 'many' }], [{ add: '1', change: 0, destroy: 0 }], [{}]])('what has no known shape is shown as it came: %j', (result) => {
  expect(readResult(result)).toEqual({ kind: 'other', result })
})
