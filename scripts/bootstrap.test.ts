import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs')
const folder = mkdtempSync(join(tmpdir(), 'knowngood-bootstrap-'))
afterAll(() => rmSync(folder, { recursive: true }))

function script(text: string): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.ts`)
  writeFileSync(file, text)
  return file
}

test('the script runs under the pinned Node, with its arguments, and its exit code is ours', () => {
  const done = spawnSync(process.execPath, [bootstrap, script(`const said: string = process.argv.slice(2).join(' '); console.log(process.version, said); process.exit(7)`), 'a', '--b'], { encoding: 'utf8' })
  expect(done.stdout).toMatch(/^v24\.\d+\.\d+ a --b\n$/)
  expect(done.status).toBe(7)
})

test('node_modules/.bin comes first for whatever the script starts', () => {
  const done = spawnSync(process.execPath, [bootstrap, script(`console.log(process.env.PATH?.split(':')[0])`)], { encoding: 'utf8' })
  expect(done.stdout.trim()).toBe(join(import.meta.dirname, '../node_modules/.bin'))
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s reaches the script, which may end in its own way', async (signal) => {
  const child = spawn(process.execPath, [bootstrap, script(`process.on('${signal}', () => process.exit(3)); setInterval(() => {}, 1000); console.log('ready')`)], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((settle) => child.stdout.once('data', settle))
  child.kill(signal)
  expect(await new Promise((settle) => child.once('exit', settle))).toBe(3)
})

test.each([
  [[], 'say which script to run'],
  [['scripts/none.ts'], 'there is no scripts/none.ts in'],
])('%j is refused with a sentence', (args, sentence) => {
  const done = spawnSync(process.execPath, [bootstrap, ...args], { encoding: 'utf8' })
  expect(done.status).toBe(1)
  expect(done.stderr).toContain(sentence)
})
