import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffLines } from './diff-lines.ts'

const told = (before: string, after: string): string[] => diffLines(before, after).map(({ sign, text }) => `${sign}${text}`)

test('what stayed stays, what went goes before what came', () => {
  expect(told('a\nb\nc\nd', 'a\nB\nc\ne\nd')).toEqual([' a', '-b', '+B', ' c', '+e', ' d'])
  expect(told('a', 'a')).toEqual([' a'])
})

test('both texts can be read from it, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 }).map((lines) => lines.join('\n'))
  fc.assert(fc.property(text, text, (before, after) => {
    const lines = diffLines(before, after)
    expect(lines.filter(({ sign }) => sign !== '+').map((line) => line.text).join('\n')).toBe(before)
    expect(lines.filter(({ sign }) => sign !== '-').map((line) => line.text).join('\n')).toBe(after)
  }))
})

test('texts too long to compare one by one are replaced as a whole', () => {
  const lines = (prefix: string): string => Array.from({ length: 3_000 }, (_, at) => `${prefix}${at}`).join('\n')
  expect(diffLines(lines('a'), lines('b'))).toHaveLength(6_000)
})
