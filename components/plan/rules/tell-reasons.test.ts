import { expect, test } from 'vitest'
import { reasonsAbout, tellReasons } from './tell-reasons.ts'

const steps = [
  { key: 'stage:checkout:us', role: 'stage' as const },
  { key: 'stage:payments:us', role: 'stage' as const },
  { key: 'barrier:staged', role: 'barrier' as const },
  { key: 'deploy:payments:us', role: 'deploy' as const },
  { key: 'verify:payments:us', role: 'verify' as const },
  { key: 'deploy:checkout:us', role: 'deploy' as const },
]

test('what only prepares is one line for the step that waits for all of it', () => {
  const told = tellReasons({ steps, reasons: [
    { from: 'stage:checkout:us', to: 'deploy:payments:us', because: 'us must hold the bytes of checkout' },
    { from: 'stage:payments:us', to: 'deploy:payments:us', because: 'us must hold the bytes of payments' },
  ] })
  expect(told).toEqual([{ to: 'deploy:payments:us', from: ['stage:checkout:us', 'stage:payments:us'], kind: 'preparation', because: 'us must hold the bytes of checkout' }])
})

test('each choice of order keeps its own reason, in the order of the plan', () => {
  const told = tellReasons({ steps, reasons: [
    { from: 'verify:payments:us', to: 'deploy:checkout:us', because: 'payments first' },
    { from: 'deploy:payments:us', to: 'deploy:checkout:us', because: 'one at a time' },
    { from: 'deploy:payments:us', to: 'verify:payments:us', because: 'looked at after the switch' },
  ] })
  expect(told.map(({ to, kind, because }) => [to, kind, because])).toEqual([['verify:payments:us', 'order', 'looked at after the switch'], ['deploy:checkout:us', 'order', 'payments first'], ['deploy:checkout:us', 'order', 'one at a time']])
})

test('a barrier gathers, in one line', () => {
  const told = tellReasons({ steps, reasons: [
    { from: 'stage:checkout:us', to: 'barrier:staged', because: 'all is staged' },
    { from: 'stage:payments:us', to: 'barrier:staged', because: 'all is staged' },
    { from: 'barrier:staged', to: 'deploy:payments:us', because: 'nothing is switched before' },
  ] })
  expect(told.map(({ from, kind }) => [from.length, kind])).toEqual([[2, 'barrier'], [1, 'barrier']])
})

test('a filter finds all its words, in names or reasons, whatever their case', () => {
  const told = tellReasons({ steps, reasons: [{ from: 'verify:payments:us', to: 'deploy:checkout:us', because: 'Payments first: checkout calls v2' }] })
  const nameOf = (key: string) => key.replaceAll(':', ' ')
  expect(reasonsAbout(told, '', nameOf)).toHaveLength(1)
  expect(reasonsAbout(told, 'V2 verify', nameOf)).toHaveLength(1)
  expect(reasonsAbout(told, 'v2 eu', nameOf)).toHaveLength(0)
})
