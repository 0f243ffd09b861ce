import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import { processesWith } from './testing/processes.ts'
import { until } from './testing/until.ts'

const there = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0
const folder = scratchFolder()
let desk: Desk

const playbook = (tasks: string): string => `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`

beforeAll(async () => {
  for (const name of ['ansible', 'terraform/release', 'terraform/broken']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'ansible/release.yml'), playbook('    - name: write the release\n      ansible.builtin.copy: { content: "{{ release }}", dest: "{{ dest }}" }\n      tags: [write]\n    - name: look at it\n      ansible.builtin.command: cat {{ dest }}\n      changed_when: false\n      check_mode: false\n      tags: [look]\n'))
  writeFileSync(join(folder, 'ansible/fails.yml'), playbook('    - name: say why\n      ansible.builtin.fail: { msg: "no room left on {{ inventory_hostname }}" }\n'))
  writeFileSync(join(folder, 'ansible/slow.yml'), playbook(`    - name: sleep\n      ansible.builtin.command: { argv: [sh, -c, "sleep 60; true ${folder}/slow-marker"] }\n`))
  symlinkSync('/etc', join(folder, 'ansible/out'))
  writeFileSync(join(folder, 'terraform/release/main.tf'), 'variable "release" { type = string }\nresource "terraform_data" "release" { input = var.release }\n')
  writeFileSync(join(folder, 'terraform/broken/main.tf'), 'resource "terraform_data" "a" { input = var.missing }\n')
  desk = await startDesk({ folder, config: { allow: ['ansible', 'terraform'], ansible: { root: './ansible' }, terraform: { root: './terraform' } } })
})
afterAll(() => desk.close())

describe.skipIf(!there('ansible-playbook'))('ansible (skipped where there is no ansible-playbook)', () => {
  const run = (params: Record<string, unknown>, more = {}) => desk.do('ansible', { playbook: 'release.yml', inventory: 'localhost,', extraVars: { release: '1.4.2', dest: join(folder, 'deployed'), ansible_connection: 'local' }, ...params }, more)

  test('looks first, does it, and there is nothing left to do: each task of each host is told', async () => {
    const looked = await run({ check: true, tags: ['write'] })
    expect([looked.outcome, looked.because, existsSync(join(folder, 'deployed'))]).toEqual(['failed', 'release.yml would change 1 things', false])
    const done = await run({})
    expect(done.result).toMatchObject({ exit: 0, changed: 1, tasks: [{ task: 'write the release', host: 'localhost', status: 'changed' }, { task: 'look at it', host: 'localhost', status: 'ok' }] })
    expect(readFileSync(join(folder, 'deployed'), 'utf8')).toBe('1.4.2')
    expect(await done.lines()).toContain('localhost: write the release: changed')
    const again = await run({}, { again: true, check: { kind: 'ansible', params: { playbook: 'release.yml', inventory: 'localhost,', extraVars: { release: '1.4.2', dest: join(folder, 'deployed'), ansible_connection: 'local' }, check: true } } })
    expect(again.result).toMatchObject({ already: true })
  })

  test('a task that fails is named with its host and its words, and no host is no success', async () => {
    const failed = await run({ playbook: 'fails.yml' })
    expect([failed.outcome, failed.because]).toEqual(['failed', 'say why failed on localhost: no room left on localhost'])
    expect((await run({ limit: 'elsewhere' })).because).toMatch(/did nothing: no host matched|ansible-playbook ended with 1/)
  })

  test('nothing outside the folder is run, and no parameter becomes an option', async () => {
    expect((await run({ playbook: 'out/hosts' })).because).toMatch(/^playbook: out\/hosts leads out of/)
    expect((await run({ playbook: '../x.yml' })).because).toMatch(/playbook: a path below the configured folder/)
    expect((await run({ limit: '--connection=ssh' })).because).toMatch(/limit: one line that does not begin with a dash/)
  })

  test('a playbook that is cancelled leaves no process, its modules included', async () => {
    const id = desk.center.offer({ key: 'slow', kind: 'ansible', params: { playbook: 'slow.yml', inventory: 'localhost,', extraVars: { ansible_connection: 'local' } } })
    await until('its module to run', () => processesWith('slow-marker').length > 0)
    desk.center.cancel(id)
    await until('its end', () => desk.center.completions.find((one) => one.stepId === id && one.outcome === 'cancelled'))
    expect([...processesWith('slow-marker'), ...processesWith('slow.yml')]).toEqual([])
  })
})

describe.skipIf(!there('terraform'))('terraform (skipped where there is no terraform)', () => {
  const run = (params: Record<string, unknown>) => desk.do('terraform', { dir: 'release', vars: { release: '1.4.2' }, ...params })
  const one = { add: 1, change: 0, destroy: 0 }
  const none = { add: 0, change: 0, destroy: 0 }

  test('plans, applies exactly what it planned, and has nothing left to do', async () => {
    const planned = await run({ action: 'plan' })
    expect(planned).toMatchObject({ outcome: 'succeeded', result: { planned: one } })
    expect((await run({ action: 'plan', expectChanges: false })).because).toBe('terraform would change something: 1 to add, 0 to change, 0 to destroy')
    const applied = await run({ action: 'apply-plan', expectChanges: true })
    expect(applied.result).toEqual({ planned: one, applied: one })
    expect(await applied.lines()).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.')
    expect((await run({ action: 'plan', expectChanges: false })).result).toEqual({ planned: none })
    expect((await run({ action: 'apply-plan', expectChanges: true })).because).toBe('terraform would change nothing')
    const check = { kind: 'terraform', params: { dir: 'release', vars: { release: '1.4.3' }, action: 'plan' } }
    const again = (): ReturnType<typeof run> => desk.do('terraform', { dir: 'release', vars: { release: '1.4.2' }, action: 'plan', expectChanges: true }, { again: true, repeatable: false, check })
    // Not so: then the step itself is done, and this one says that there is nothing to change.
    expect((await again()).because).toBe('terraform would change nothing')
    expect((await run({ action: 'apply', vars: { release: '1.4.3' } })).result).toEqual({ applied: { add: 0, change: 1, destroy: 0 } })
    expect((await again()).result).toMatchObject({ already: true })
    expect(readFileSync(join(folder, 'terraform/release/terraform.tfstate'), 'utf8')).toContain('1.4.3')
  })

  test('what terraform complains about is told', async () => {
    expect((await run({ dir: 'broken', action: 'plan', vars: {} })).because).toMatch(/^terraform plan ended with 1: Reference to undeclared input variable: /)
    expect((await run({ action: 'plan', vars: undefined })).because).toMatch(/^terraform plan ended with 1: No value for required variable/)
    expect((await run({ dir: 'nowhere', action: 'plan' })).because).toMatch(/^dir: there is no nowhere below/)
  })
})
