import { expect, test } from 'vitest'
import { z } from 'zod'
import { Fault } from './fault.ts'
import { parseInput } from './parse.ts'

const schema = z.strictObject({ text: z.string(), labels: z.record(z.string(), z.unknown()).optional() })

const refused = (raw: unknown): unknown => {
  try {
    return parseInput(schema, raw)
  } catch (error) {
    return error instanceof Fault ? [error.code, error.detail['fields']] : error
  }
}

test.each([
  ['NUL in a value', { text: 'a\u0000b' }, 'text'],
  ['NUL further in', { text: '', labels: { list: ['a', '\u0000'] } }, 'labels.list.1'],
  ['half a character', { text: 'a\ud800b' }, 'text'],
  ['NUL in a key', { text: '', labels: { 'a\u0000': 1 } }, 'labels'],
])('what the database cannot keep is named: %s', (_where, raw, field) => {
  expect(refused(raw)).toEqual(['invalid', [{ field, message: 'leave out NUL characters and halves of characters' }]])
})

test('every other character is kept, and every wrong field is named', () => {
  expect(parseInput(schema, { text: '\u0001\t\n\u202eé🙂' })).toEqual({ text: '\u0001\t\n\u202eé🙂' })
  expect(refused({ text: 1, more: 2 })).toEqual(['invalid', expect.arrayContaining([expect.objectContaining({ field: 'text' }), { field: 'more', message: 'this field does not exist here' }])])
})
