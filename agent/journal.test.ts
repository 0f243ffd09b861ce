import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal, compact, parseJournal } from './journal.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kg-journal-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const step = (stepId: string, epoch: number) => ({ stepId, epoch, key: 'deploy:checkout:eu', kind: 'deploy' })
const open = (): Journal => new Journal(folder)

test('a step begins once under an epoch, also after a restart, and never under an older one', async () => {
  const journal = open()
  expect(await journal.begin(step('a', 2), 'now')).toBe(true)
  expect(await journal.begin(step('a', 2), 'now')).toBe(false)
  await journal.close()
  const again = open()
  expect(await again.begin(step('a', 2), 'now')).toBe(false)
  expect(await again.begin(step('a', 1), 'now')).toBe(false)
  expect(await again.begin(step('a', 3), 'now')).toBe(true)
  await again.close()
})

test('what was begun and not ended, and what was ended and not told, is there after a restart', async () => {
  const journal = open()
  for (const id of ['started', 'ended', 'told', 'lost']) await journal.begin(step(id, 1), 'now')
  for (const id of ['ended', 'told']) journal.write({ type: 'ended', at: 'now', stepId: id, epoch: 1, outcome: 'succeeded', because: null, result: { a: 1 } })
  journal.write({ type: 'told', at: 'now', stepId: 'told', epoch: 1, answer: 'accepted' })
  journal.write({ type: 'lost', at: 'now', stepId: 'lost', epoch: 1, because: 'x' })
  await journal.close()
  const again = open()
  expect(again.unsettled.started.map((one) => one.stepId)).toEqual(['started'])
  expect(again.unsettled.untold).toMatchObject([{ stepId: 'ended', outcome: 'succeeded', result: { a: 1 } }])
  await again.close()
})

test('a torn last line is as if it had not been written', async () => {
  const journal = open()
  await journal.begin(step('a', 1), 'now')
  await journal.close()
  appendFileSync(join(folder, 'journal.jsonl'), '{"type":"intent","stepId":"b","ep')
  const again = open()
  expect(again.unsettled.started.map((one) => one.stepId)).toEqual(['a'])
  expect(await again.begin(step('b', 1), 'now')).toBe(true)
  await again.close()
  expect(() => parseJournal(readFileSync(join(folder, 'journal.jsonl'), 'utf8'))).not.toThrow()
})

test.each(['{"type":"intent"}\n{"a":1}\n', 'garbage\n{"type":"known","stepId":"a","epoch":1}\n'])('a damaged line in the middle is not guessed over: %j', (text) => {
  writeFileSync(join(folder, 'journal.jsonl'), text)
  expect(open).toThrow(/damaged at line 1/)
})

test('compaction keeps the highest epoch of each step and nothing of what is settled', () => {
  const entries = parseJournal(
    [1, 2, 3].flatMap((epoch) => [{ type: 'intent', ...step('a', epoch) }, { type: 'told', stepId: 'a', epoch, answer: 'accepted' }]).map((entry) => JSON.stringify(entry)).join('\n'),
  )
  expect(compact(entries)).toEqual([{ type: 'known', stepId: 'a', epoch: 3 }])
})

test('intents of steps that begin together wait for each other’s fsync and not for one each', async () => {
  const journal = open()
  const begun = await Promise.all(Array.from({ length: 50 }, (_, index) => journal.begin(step(`s${index}`, 1), 'now')))
  expect(begun).toEqual(Array(50).fill(true))
  expect(parseJournal(readFileSync(join(folder, 'journal.jsonl'), 'utf8'))).toHaveLength(50)
  await journal.close()
})
