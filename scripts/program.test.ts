import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { endLeftovers, run } from './program.ts'

const folder = mkdtempSync(join(tmpdir(), 'knowngood-program-'))
afterAll(() => rmSync(folder, { recursive: true }))

function script(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test('what a program prints and how it ends is told', async () => {
  expect(await run(script('says.ts', `console.log('out'); console.error('error'); process.exit(4)`), [])).toMatchObject({ code: 4, output: expect.stringMatching(/out\n[^]*error\n/) })
})

test('an end by a signal is no success', async () => {
  expect(await run(script('dies.ts', `process.kill(process.pid, 'SIGKILL')`), [])).toMatchObject({ code: 1, output: '\nended by SIGKILL' })
})

test.runIf(process.platform === 'linux')('what it leaves behind is found and ended, even in a session of its own', async () => {
  const stays = script('stays.ts', `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`)
  const { output } = await run(script('leaves.ts', `import { spawn } from 'node:child_process'; const child = spawn(process.execPath, [${JSON.stringify(stays)}], { detached: true, stdio: 'ignore' }); child.unref(); console.log(child.pid)`), [])
  const pid = Number(output)
  expect(await endLeftovers()).toEqual([expect.stringContaining(`${pid} `)])
  // It has been sent SIGKILL; the system takes a moment to take it away.
  await expect.poll(() => alive(pid)).toBe(false)
  expect(await endLeftovers()).toEqual([])
}, 20_000)

/** A dead process keeps its number until its parent has asked; its command line is gone. */
const alive = (pid: number): boolean => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
