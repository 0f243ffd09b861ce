import { expect, test } from 'vitest'
import { sinceStart } from './since-start.ts'

test.each([[0, '+0'], [400, '+0'], [40_000, '+40 s'], [60_000, '+1:00'], [90_400, '+1:30'], [3_720_000, '+1:02:00']])('%d ms after the start is %s', (ms, text) => expect(sinceStart(ms)).toBe(text))
