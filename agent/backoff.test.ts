import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

const pace = { baseMs: 100, capMs: 3_000 }

test.each([[0, 0, 50], [0, 1, 100], [1, 1, 200], [3, 0.5, 600], [5, 1, 3_000], [1_000, 1, 3_000], [1_000, 0, 1_500]])('try %i with chance %d waits %d ms', (attempt, chance, ms) => {
  expect(backoffMs(attempt, chance, pace)).toBe(ms)
})
