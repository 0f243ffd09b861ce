import { expect, test } from 'vitest'
import { couldBeTrue } from './could-be-true.ts'

const rule = { limit: 0.02, windowSeconds: 20, forSeconds: 3, minRequests: 40 }
const second = (at: number, errors: number, requests = 10) => ({ at: at * 1000, requests, errors })

test('over the limit for as long as the rule wants', () => {
  expect(couldBeTrue(rule, [...Array.from({ length: 10 }, (_, at) => second(at, 0)), ...Array.from({ length: 10 }, (_, at) => second(10 + at, 5))])).toBe(13_000)
})

test('a break begins the spell anew', () => {
  const quiet = Array.from({ length: 30 }, (_, at) => second(at, 0, 1_000))
  expect(couldBeTrue({ ...rule, windowSeconds: 1 }, [...quiet, second(30, 500, 1_000), second(31, 500, 1_000), second(32, 0, 1_000), ...Array.from({ length: 5 }, (_, at) => second(33 + at, 500, 1_000))])).toBe(36_000)
})

test('too few requests say nothing', () => {
  expect(couldBeTrue(rule, Array.from({ length: 3 }, (_, at) => second(at, 10)))).toBeNull()
})
