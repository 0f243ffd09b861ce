import { expect, test } from 'vitest'
import { inputOf, isEmpty, searchOf, soughtOf } from './sought.ts'

const incident = '0193b3b0-0000-7000-8000-000000000001'

test('the address is read, and says the same again', () => {
  const sought = soughtOf({ search: ' checkout ', action: ['run.start', 'x'], incident })
  expect(sought).toEqual({ search: 'checkout', action: 'run.start', incident })
  expect(soughtOf(Object.fromEntries(new URLSearchParams(searchOf(sought))))).toEqual(sought)
})

test('what is no id is not asked for', () => {
  expect(soughtOf({ incident: "' or 1=1" })).toEqual({ search: '', action: '', incident: '' })
  expect(isEmpty(soughtOf({}))).toBe(true)
  expect(inputOf(soughtOf({}))).toEqual({})
  expect(inputOf(soughtOf({ incident }), 'c')).toEqual({ incidentId: incident, before: 'c' })
  expect(searchOf(soughtOf({}))).toBe('?')
})
