import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '#scripts/files.ts'

/** What a long run found. */
export interface LongResult {
  /** What was done and what held, in a sentence. */
  sentence: string
  /** How often it was done, how much was broken. */
  counts: Record<string, number>
  /** Milliseconds, by the monotonic clock. */
  tookMs: number
}

/** Keeps what `npm run test:long` found in tests/results once the test has passed, one file a suite, to be committed. A short run keeps nothing: its counts are small. */
export function keepResult(suite: string, result: LongResult): void {
  if (!process.env['KNOWNGOOD_LONG']) return
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') write(suite, result)
  })
}

function write(suite: string, { sentence, counts, tookMs }: LongResult): void {
  const folder = join(root, 'tests/results')
  mkdirSync(folder, { recursive: true })
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!tests/results') !== ''
  const commit = `${git('rev-parse', '--short=12', 'HEAD')}${changed ? ' with changes' : ''}`
  const kept = { suite, sentence, at: new Date().toISOString(), minutes: Math.round(tookMs / 6_000) / 10, commit, node: process.version, cores: cpus().length, counts }
  writeFileSync(join(folder, `${suite}.json`), `${JSON.stringify(kept, null, 2)}\n`)
}
