import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './files.ts'

/** What a part of the tests found. Skipped ones are named: a test that did not run proves nothing. */
export interface Result {
  part: string
  passed: number
  failed: number
  skipped: string[]
}

const folder = join(root, '.knowngood/results')

/** Where a part writes its report; what an earlier run wrote is gone, so that it cannot be mistaken for this one. */
export function reportFile(part: string): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${part}.json`)
  rmSync(file, { force: true })
  return file
}

const read = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

interface VitestReport {
  numTotalTests: number
  testResults: { name: string; status: string; message?: string; assertionResults: { status: string; fullName: string }[] }[]
}

/** A part that ended badly without naming a failed test has failed all the same, and so has one that ran no test. */
function settle(result: Result, code: number): Result {
  if (result.failed === 0 && (code !== 0 || result.passed + result.skipped.length === 0)) return { ...result, failed: 1 }
  return result
}

/** Counts what Vitest reports (its JSON has the shape of Jest's). */
export function vitestResult(part: string, report: unknown, code: number): Result {
  const result: Result = { part, passed: 0, failed: 0, skipped: [] }
  for (const file of (report as VitestReport | null)?.testResults ?? []) {
    // A file that could not be loaded has no tests to its name.
    if (file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed')) result.failed++
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') result.passed++
      else if (status === 'failed') result.failed++
      else result.skipped.push(fullName.trim())
    }
  }
  return settle(result, code)
}

interface Suite {
  title: string
  suites?: Suite[]
  specs?: { title: string; tests: { status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[] }[]
}

/** Counts what Playwright reports. A flaky test is a failed one: it did not hold. */
export function playwrightResult(part: string, report: unknown, code: number): Result {
  const result: Result = { part, passed: 0, failed: 0, skipped: [] }
  const walk = (suite: Suite, above: string): void => {
    for (const { title, tests } of suite.specs ?? []) {
      for (const { status } of tests) {
        if (status === 'expected') result.passed++
        else if (status === 'skipped') result.skipped.push(`${above} ${title}`.trim())
        else result.failed++
      }
    }
    for (const inner of suite.suites ?? []) walk(inner, `${above} ${inner.title}`)
  }
  for (const suite of (report as { suites?: Suite[] } | null)?.suites ?? []) walk(suite, suite.title)
  return settle(result, code)
}

export const readVitest = (part: string, code: number): Result => vitestResult(part, read(join(folder, `${part}.json`)), code)
export const readPlaywright = (part: string, code: number): Result => playwrightResult(part, read(join(folder, `${part}.json`)), code)

/** The last lines of a test run: skipped by name, failed parts by name, then the sum in plain words. */
export function summary(results: readonly Result[]): { lines: string[]; ok: boolean } {
  const sum = (pick: (result: Result) => number): number => results.reduce((total, result) => total + pick(result), 0)
  const [passed, failed] = [sum((one) => one.passed), sum((one) => one.failed)]
  const skipped = results.flatMap((one) => one.skipped.map((name) => `skipped: ${one.part}: ${name}`))
  const broken = results.filter((one) => one.failed > 0).map((one) => `failed: ${one.part} (${one.failed})`)
  return { lines: [...skipped, ...broken, `${passed} passed, ${failed} failed`], ok: failed === 0 && passed > 0 }
}
