import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import { until } from './testing/until.ts'

/* The answer that brings a lease is lost once. The agent asks again, is given the same lease, and meanwhile its run may have been stopped. */

const folder = scratchFolder()
let desk: Desk

beforeAll(async () => void (desk = await startDesk({ folder, config: { allow: ['shell'], parallel: 1, shell: { cwd: folder } } })))
beforeEach(() => rmSync(join(folder, 'done'), { force: true }))
afterAll(() => desk.close())

const step = (key: string, command: string) => ({ key, kind: 'shell', params: { command, cwd: '.' } })
const done = (): string => (existsSync(join(folder, 'done')) ? readFileSync(join(folder, 'done'), 'utf8') : '')

/** Offers a step whose lease is lost once: with the answer to a request for one, or to the report of the one before. */
function losing(by: 'request' | 'report', meanwhile: (id: string) => void): string {
  const { center } = desk
  if (by === 'report') center.offer(step('before', 'sleep 0.2'))
  const id = center.offer(step('lost', 'echo once >> done'))
  let lost = false
  center.lose = (stepId) => {
    if (stepId !== id || lost) return false
    lost = true
    meanwhile(id)
    return true
  }
  return id
}

const ended = (id: string) => until('its end', () => desk.center.completions.find((one) => one.stepId === id), 20_000)

test.each(['request', 'report'] as const)('a lease that was lost with the answer to a %s comes again, and its step is done once', async (by) => {
  expect(await ended(losing(by, () => undefined))).toMatchObject({ outcome: 'succeeded', epoch: 1 })
  expect(done()).toBe('once\n')
})

test.each(['request', 'report'] as const)('a step that was stopped while the answer to a %s was lost is not begun', async (by) => {
  expect(await ended(losing(by, desk.center.cancel))).toMatchObject({ outcome: 'cancelled', because: 'cancelled before it began', epoch: 1 })
  expect(done()).toBe('')
})
