import { parseArgs } from 'node:util'
import { buildWhereStale } from './build.ts'
import { check, checkParts } from './check.ts'
import { ensureChromium } from './chromium.ts'
import { filesBelow } from './files.ts'
import { sweepClusters } from './leftover-clusters.ts'
import { endLeftovers, endWithUs, run } from './program.ts'
import type { Result } from './results.ts'
import { readPlaywright, readVitest, reportFile, summary } from './results.ts'

/* Everything that must hold: what `check` checks, then the tests that need PostgreSQL, the built pages, real processes and a browser. */

const heavy = ['pg', 'build', 'scenario', 'e2e'] as const
type Heavy = (typeof heavy)[number]

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, long: { type: 'boolean' } } })
// Tests that take minutes look at this.
if (values.long) process.env['KNOWNGOOD_LONG'] = '1'
const only = (values.only ?? []).flatMap((one) => one.split(','))
const known: readonly string[] = ['check', ...checkParts, ...heavy]
const unknown = only.find((name) => !known.includes(name))
if (unknown) {
  console.error(`--only: there is no part ${unknown}; there are ${known.join(', ')}`)
  process.exit(2)
}
const wanted = (name: Heavy): boolean => only.length === 0 || only.includes(name)

const suffix: Record<Exclude<Heavy, 'build'>, string> = { pg: '.pg.test.ts', scenario: '.scenario.test.ts', e2e: '.e2e.ts' }

/** A kind of test of which there is none yet is said by name; it is not a success. */
const none = (part: Exclude<Heavy, 'build'>): Result | null =>
  filesBelow('.').some((path) => path.endsWith(suffix[part])) ? null : { part, passed: 0, failed: 0, skipped: [`there are no ${suffix[part]} files`] }

async function vitest(part: 'pg' | 'scenario'): Promise<Result> {
  const { code, seconds } = await run('node_modules/vitest/vitest.mjs', ['run', '--project', part, '--allowOnly=false', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile(part)}`], { show: true })
  console.log(`${part}: ${seconds.toFixed(1)} s`)
  return readVitest(part, code)
}

async function build(): Promise<Result> {
  const code = await buildWhereStale()
  return { part: 'build', passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] }
}

async function browser(): Promise<Result> {
  const chromium = ensureChromium()
  if (!chromium.ok) {
    console.error(chromium.because)
    return { part: 'e2e', passed: 0, failed: 1, skipped: [] }
  }
  const { code, seconds } = await run('node_modules/@playwright/test/cli.js', ['test'], { show: true, env: { KNOWNGOOD_E2E_REPORT: reportFile('e2e') } })
  console.log(`e2e: ${seconds.toFixed(1)} s`)
  return readPlaywright('e2e', code)
}

endWithUs()
const started = performance.now()
const results: Result[] = []
const checks = only.includes('check') ? [] : only.filter((name) => checkParts.includes(name))
if (only.length === 0 || only.includes('check') || checks.length > 0) results.push(...(await check(checks)))
if (wanted('pg')) results.push(none('pg') ?? (await vitest('pg')))
// Scenarios and browser tests run what was built; old pages would prove nothing about these files.
const built = wanted('build') || wanted('scenario') || wanted('e2e') ? await build() : null
if (built) results.push(built)
for (const [part, work] of [['scenario', () => vitest('scenario')], ['e2e', browser]] as const) {
  if (!wanted(part)) continue
  if (built?.failed) results.push({ part, passed: 0, failed: 0, skipped: ['all of it, since the pages could not be built'] })
  else results.push(none(part) ?? (await work()))
}
const left = [...(await endLeftovers()), ...sweepClusters()]
for (const line of left) console.log(`left behind, ended now: ${line}`)
const { lines, ok } = summary(results)
console.log(`${Math.round((performance.now() - started) / 1000)} s`)
console.log(lines.join('\n'))
process.exit(ok ? 0 : 1)
