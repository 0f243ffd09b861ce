import { expect, test } from 'vitest'
import { givenParams } from './given-params.ts'

const param = (name: string, type: 'string' | 'number' | 'boolean' | 'choice') => ({ name, type, describe: '', required: true, of: [], default: null })

test('what was typed has the type of its parameter, and what was not typed is not given', () => {
  const params = [param('text', 'string'), param('many', 'number'), param('on', 'boolean'), param('way', 'choice'), param('left', 'string'), param('empty', 'number')]
  expect(givenParams(params, { text: '7', many: '7', on: 'false', way: 'slow', empty: '' })).toEqual({ text: '7', many: 7, on: false, way: 'slow' })
})

test('what is no number is left as it is, so that the server says so', () => expect(givenParams([param('many', 'number')], { many: 'seven' })).toEqual({ many: 'seven' }))
