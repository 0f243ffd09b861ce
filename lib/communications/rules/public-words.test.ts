import { describe, expect, test } from 'vitest'
import { severities } from '#lib/incidents/model.ts'
import { phases } from '../model.ts'
import { draftText, nextWordAt, publicTitle, stateAfter, worstOf } from './public-words.ts'

test.each([
  [[], 'Problem with our service'],
  [['Checkout'], 'Problem with Checkout'],
  [['Checkout', 'Search'], 'Problem with Checkout and Search'],
  [['Checkout', 'Search', 'Login'], 'Problem with Checkout, Search and Login'],
])('the public title of %j is %s', (components, title) => {
  expect(publicTitle(components)).toBe(title)
})

test.each(phases.flatMap((phase) => severities.map((severity) => [phase, severity] as const)))('the draft for %s at %s names the part, and only the last one says that it is over', (phase, severity) => {
  const text = draftText(phase, ['Checkout'], severity)
  expect(text).toContain('Checkout')
  expect(text.includes('is over')).toBe(phase === 'resolved')
})

test('the worse it is, the sooner the next word', () => {
  const times = severities.map((severity) => nextWordAt(severity, new Date(0)).getTime())
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

describe('the state of a component after an update', () => {
  test.each([
    ['investigating', 'SEV1', [], 'outage'],
    ['investigating', 'SEV2', [], 'degraded'],
    ['identified', 'SEV5', [], 'degraded'],
    ['identified', 'SEV3', ['outage'], 'outage'],
    ['monitoring', 'SEV1', [], null],
    ['resolved', 'SEV1', [], 'operational'],
    ['resolved', 'SEV1', ['degraded'], 'degraded'],
  ] as const)('%s at %s beside %j', (phase, severity, others, state) => {
    expect(stateAfter(phase, severity, others)).toBe(state)
  })
})

test('the worst of nothing is operational, and the worst of all an outage', () => {
  expect(worstOf([])).toBe('operational')
  expect(worstOf(['operational', 'outage', 'degraded'])).toBe('outage')
})
