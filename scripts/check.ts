import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './files.ts'
import { endLeftovers, endWithUs, run } from './program.ts'
import type { Result } from './results.ts'
import { readVitest, reportFile, summary } from './results.ts'

interface Part {
  name: string
  entry: string
  args: () => string[]
  env?: Record<string, string>
  result: (code: number) => Result
}

/** A check that is not made of tests counts as one. */
const one = (part: string) => (code: number): Result => ({ part, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] })

/** Longest first, so that two cores are busy to the end. */
const parts: readonly Part[] = [
  { name: 'lint', entry: 'node_modules/eslint/bin/eslint.js', args: () => ['.', '--max-warnings', '0', '--cache', '--cache-location', '.knowngood/eslint-cache', '--cache-strategy', 'content'], env: { NODE_OPTIONS: '--max-old-space-size=3072' }, result: one('lint') },
  { name: 'types', entry: 'node_modules/typescript/bin/tsc', args: () => ['--noEmit', '-p', 'tsconfig.check.json'], result: one('types') },
  { name: 'unit', entry: 'node_modules/vitest/vitest.mjs', args: () => ['run', '--project', 'unit', '--allowOnly=false', '--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile('unit')}`], result: (code) => readVitest('unit', code) },
  { name: 'schema', entry: 'node_modules/prisma/build/index.js', args: () => ['validate', '--schema', 'prisma'], env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, DATABASE_URL: 'postgresql://nobody@127.0.0.1/none' }, result: one('schema') },
]

/** Types, lint, unit and architecture tests, and whether the schema is sound; two at a time. What failed is shown in full. */
export async function check(only: readonly string[] = []): Promise<Result[]> {
  // Next writes this file when it builds; a fresh checkout has not built yet, and style sheets are typed by it.
  const nextTypes = join(root, 'next-env.d.ts')
  if (!existsSync(nextTypes)) writeFileSync(nextTypes, '/// <reference types="next" />\n/// <reference types="next/image-types/global" />\n')
  const waiting = parts.filter((part) => only.length === 0 || only.includes(part.name))
  const results: Result[] = []
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const { code, output, seconds } = await run(part.entry, part.args(), part.env ? { env: part.env } : {})
      const result = part.result(code)
      results.push(result)
      if (result.failed > 0) console.log(output.trimEnd())
      console.log(`${result.failed > 0 ? 'failed' : 'ok    '} ${part.name}  ${seconds.toFixed(1)} s${result.passed > 1 ? `  ${result.passed} tests` : ''}`)
    }
  }
  await Promise.all([work(), work()])
  return results
}

/** The names of the parts, for `--only`. */
export const checkParts: readonly string[] = parts.map((part) => part.name)

if (import.meta.main) {
  endWithUs()
  const results = await check(process.argv.slice(2).filter((word) => !word.startsWith('--')))
  await endLeftovers()
  const { lines, ok } = summary(results)
  console.log(lines.join('\n'))
  process.exit(ok ? 0 : 1)
}
