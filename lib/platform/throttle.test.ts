import { afterEach, expect, test, vi } from 'vitest'
import { forget, shared } from './runtime.ts'
import { throttle } from './throttle.ts'

const limit = { times: 10, perMs: 60_000 }
const kept = (): number => shared('throttle', () => new Map<string, number[]>()).size

afterEach(() => {
  vi.useRealTimers()
  forget('throttle')
})

test('the eleventh try within a minute is one too many, and a minute later it is not', () => {
  vi.useFakeTimers()
  for (let n = 0; n < 10; n++) expect(throttle('sign-in', 'ada', limit)).toBe(true)
  expect(throttle('sign-in', 'ada', limit)).toBe(false)
  vi.advanceTimersByTime(60_001)
  expect(throttle('sign-in', 'ada', limit)).toBe(true)
})

test('a flood of names, each tried twice, neither grows without end nor pushes out who is being guessed', () => {
  for (let n = 0; n < 10; n++) throttle('sign-in', 'target', limit)
  for (let n = 0; n < 45_000; n++) {
    throttle('sign-in', `name-${n}`, limit)
    throttle('sign-in', `name-${n}`, limit)
  }
  expect(kept()).toBeLessThanOrEqual(20_000)
  expect(throttle('sign-in', 'target', limit)).toBe(false)
})
