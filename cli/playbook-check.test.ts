import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'playbooks-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const knowngood = (...args: string[]) => spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: root, encoding: 'utf8', env: { NODE_ENV: 'test', PATH: process.env['PATH'] } })

test('a good file is said to be one, without a server and without settings', () => {
  const { status, stdout, stderr } = knowngood('playbook', 'check', 'docs/examples/playbooks/turn-off-and-watch.yaml')
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'docs/examples/playbooks/turn-off-and-watch.yaml is a playbook\n', stderr: '' })
})

test('what is wrong is printed as compilers do, every file and every fault, and the exit code says so', () => {
  const file = join(folder, 'p.yaml')
  writeFileSync(file, 'v: 1\nname: p\nsteps:\n  - { id: a, kind: htpp, with: {} }\n  - { id: b, kind: validate, after: [c] }\n')
  const { status, stdout, stderr } = knowngood('playbook', 'check', file, 'docs/examples/playbooks/roll-back-with-care.yaml')
  expect(status).toBe(1)
  expect(stdout).toBe('')
  expect(stderr.trimEnd().split('\n')).toEqual([`${file}:4:20: steps.0.kind: there is no kind \`htpp\` here; did you mean http?`, `${file}:5:38: steps.1.after.0: there is no step \`c\`; did you mean a?`])
})
