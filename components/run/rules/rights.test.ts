import { expect, test } from 'vitest'
import { permissionsOf } from '#lib/platform/may.ts'
import type { StepStatus } from '#lib/orchestration/view.ts'
import type { Me } from '#components/approval/rules/rights.ts'
import { stepMoves, whyNotSteer, whyNotSteerStep } from './rights.ts'

const commander: Me = { id: 'cam', roles: ['commander'], permissions: [...permissionsOf.commander] }
const incident = { id: 'i', number: 42, title: '' }

test('only the seat steers, and only where there is an incident is there a seat', () => {
  expect(whyNotSteer(commander, { status: 'running', incident, commander: { id: 'cam', name: 'Cam' } })).toBeNull()
  expect(whyNotSteer(commander, { status: 'running', incident, commander: { id: 'dee', name: 'Dee' } })).toEqual({ kind: 'seat-taken', holder: 'Dee' })
  expect(whyNotSteer(commander, { status: 'running', incident, commander: null })).toEqual({ kind: 'seat-empty' })
  expect(whyNotSteer(commander, { status: 'running', incident: null, commander: null })).toBeNull()
})

test('a step is touched only in a paused run', () => {
  const run = { incident, commander: { id: 'cam', name: 'Cam' } }
  expect(whyNotSteerStep(commander, { ...run, status: 'running' })).toEqual({ kind: 'rule', because: 'pause the run first' })
  expect(whyNotSteerStep(commander, { ...run, status: 'paused' })).toBeNull()
})

test.each<[StepStatus, readonly string[]]>([
  ['blocked', []],
  ['ready', []],
  ['leased', []],
  ['succeeded', []],
  ['failed', ['retry', 'skip']],
  ['indeterminate', ['happened', 'did-not-happen', 'skip']],
  ['skipped', []],
  ['cancelled', ['retry', 'skip']],
])('a %s step can be: %j', (status, moves) => {
  expect(stepMoves({ status: 'paused' }, { status, cancelling: false })).toEqual(moves)
  expect(stepMoves({ status: 'aborted' }, { status, cancelling: false })).toEqual([])
})
