import { describe, expect, test } from 'vitest'
import type { EndedStep } from './left-abnormal.ts'
import { leftAbnormal } from './left-abnormal.ts'

const step = (role: EndedStep['role'], status: EndedStep['status'], over: Partial<EndedStep> = {}): EndedStep => ({ key: `${role}:checkout:eu`, role, status, because: null, attempt: status === 'blocked' || status === 'ready' ? 0 : 1, service: 'checkout', region: 'eu', ...over })
const held = { what: 'argo is held', undo: 'argocd app set checkout --sync-policy automated' }
const what = (...given: Parameters<typeof leftAbnormal>): string[] => leftAbnormal(...given).map((one) => one.what)

test('a run that did all it was to do leaves what its plan said', () => {
  const steps = [step('hold', 'succeeded'), step('drain', 'succeeded'), step('stop', 'succeeded'), step('deploy', 'succeeded'), step('verify', 'succeeded'), step('open', 'succeeded')]
  expect(leftAbnormal('succeeded', [held], steps)).toEqual([{ ...held, step: null }])
  expect(leftAbnormal('succeeded', [], steps)).toEqual([])
})

test('a run that was ended before it touched anything leaves nothing', () => {
  expect(leftAbnormal('aborted', [held], [step('snapshot', 'failed'), step('stage', 'cancelled'), step('hold', 'cancelled', { attempt: 0 }), step('deploy', 'cancelled', { attempt: 0 })])).toEqual([])
})

describe('a run that was ended in the middle leaves', () => {
  test.each<[string, EndedStep[], string[]]>([
    ['what failed', [step('deploy', 'failed', { because: 'exit 1' })], ['deploy:checkout:eu failed: exit 1']],
    ['what nobody knows', [step('deploy', 'indeterminate', { because: 'agent eu-1 went silent' })], ['nobody knows whether deploy:checkout:eu happened: agent eu-1 went silent']],
    ['what was stopped', [step('deploy', 'cancelled')], ['deploy:checkout:eu was stopped in the middle']],
    ['what an agent still has', [step('deploy', 'leased')], ['deploy:checkout:eu was stopped in the middle']],
    ['a check that failed', [step('verify', 'failed')], ['verify:checkout:eu failed']],
    ['nothing that had not begun', [step('deploy', 'cancelled', { attempt: 0 }), step('verify', 'blocked')], []],
    ['closed traffic', [step('drain', 'succeeded'), step('open', 'cancelled', { attempt: 0 })], ['the traffic of checkout in eu is closed']],
    ['traffic that may be closed', [step('drain', 'indeterminate')], ['nobody knows whether drain:checkout:eu happened', 'the traffic of checkout in eu may be closed']],
    ['a stopped service behind closed traffic', [step('drain', 'succeeded'), step('stop', 'succeeded'), step('deploy', 'failed')], ['deploy:checkout:eu failed', 'the traffic of checkout in eu is closed', 'checkout in eu is stopped']],
    ['no closed traffic where it was opened', [step('drain', 'succeeded'), step('stop', 'succeeded'), step('deploy', 'succeeded'), step('open', 'succeeded'), step('deploy', 'failed', { key: 'deploy:checkout:us', region: 'us' })], ['deploy:checkout:us failed']],
  ])('%s', (_name, steps, expected) => {
    expect(what('aborted', [], steps)).toEqual(expected)
    expect(what('failed', [], steps)).toEqual(expected)
  })

  test('what its plan said, as far as it went', () => {
    expect(what('aborted', [held], [step('hold', 'succeeded'), step('deploy', 'cancelled', { attempt: 0 })])).toEqual(['argo is held, as far as the run went'])
  })
})

test('what was skipped is left even where the run ended well, with whose word it was', () => {
  expect(leftAbnormal('succeeded', [], [step('verify', 'skipped', { because: 'skipped by Casey: it is only the probe' })])).toEqual([
    { what: 'verify:checkout:eu was skipped by Casey: it is only the probe', undo: 'look at what checkout in eu really serves, and whether it is healthy', step: 'verify:checkout:eu' },
  ])
  expect(what('succeeded', [], [step('drain', 'succeeded'), step('open', 'skipped', { because: 'skipped by Casey: later' })])).toEqual(['open:checkout:eu was skipped by Casey: later', 'the traffic of checkout in eu is closed'])
  expect(what('succeeded', [], [step('snapshot', 'skipped'), step('stage', 'skipped')])).toEqual([])
})

test('each says what puts it right', () => {
  const roles = ['hold', 'drain', 'stop', 'purge', 'migrate', 'deploy', 'verify', 'open', 'playbook'] as const
  for (const role of roles) for (const left of leftAbnormal('failed', [], [step(role, 'failed')])) expect(left.undo.length, role).toBeGreaterThan(20)
})
