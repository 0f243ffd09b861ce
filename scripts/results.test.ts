import { describe, expect, test } from 'vitest'
import { playwrightResult, summary, vitestResult } from './results.ts'

const file = (status: string, ...assertionResults: { status: string; fullName: string }[]) => ({ name: 'a.test.ts', status, assertionResults })

describe('counting what a test program reports', () => {
  test('passed, failed and skipped are told apart, and the skipped have names', () => {
    const report = { testResults: [file('failed', { status: 'passed', fullName: 'a' }, { status: 'failed', fullName: 'b' }, { status: 'pending', fullName: 'needs terraform' })] }
    expect(vitestResult('unit', report, 1)).toEqual({ part: 'unit', passed: 1, failed: 1, skipped: ['needs terraform'] })
  })

  test('a file that could not be loaded is a failure', () => {
    expect(vitestResult('unit', { testResults: [file('failed'), file('passed', { status: 'passed', fullName: 'a' })] }, 1)).toMatchObject({ passed: 1, failed: 1 })
  })

  test.each([
    ['no report at all', null, 0],
    ['a report without tests', { testResults: [] }, 0],
    ['a bad end after good tests', { testResults: [file('passed', { status: 'passed', fullName: 'a' })] }, 1],
  ])('%s is a failure', (_, report, code) => {
    expect(vitestResult('unit', report, code).failed).toBe(1)
  })

  test('a flaky browser test is a failed one', () => {
    const report = { suites: [{ title: 'sign-in.e2e.ts', specs: [{ title: 'works', tests: [{ status: 'flaky' }] }], suites: [{ title: 'inner', specs: [{ title: 'later', tests: [{ status: 'skipped' }] }] }] }] }
    expect(playwrightResult('e2e', report, 0)).toEqual({ part: 'e2e', passed: 0, failed: 1, skipped: ['sign-in.e2e.ts inner later'] })
  })
})

describe('the last line', () => {
  test('says the sum, and names what was skipped and what failed', () => {
    expect(summary([{ part: 'unit', passed: 3, failed: 0, skipped: ['x'] }, { part: 'pg', passed: 1, failed: 2, skipped: [] }])).toEqual({ lines: ['skipped: unit: x', 'failed: pg (2)', '4 passed, 2 failed'], ok: false })
  })

  test('nothing passed is not good news', () => expect(summary([])).toEqual({ lines: ['0 passed, 0 failed'], ok: false }))
  test('all passed', () => expect(summary([{ part: 'unit', passed: 3, failed: 0, skipped: [] }])).toEqual({ lines: ['3 passed, 0 failed'], ok: true }))
})
