import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CommandCenter } from './testing/command-center.ts'
import { startCommandCenter } from './testing/command-center.ts'
import { parentsOf, processesWith } from './testing/processes.ts'
import type { StartedAgent } from './testing/start-agent.ts'
import { startAgent } from './testing/start-agent.ts'
import { digestOf, startSupervisor } from './testing/supervisor.ts'
import type { Supervisor } from './testing/supervisor.ts'
import { until } from './testing/until.ts'

const bytes = Buffer.from('ledger')
const leaseMs = 5_000

let folder: string
let center: CommandCenter
let bytesAt: Supervisor
let agents: StartedAgent[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kg-guard-'))
  center = await startCommandCenter({ leaseMs })
  bytesAt = await startSupervisor([])
  bytesAt.offered.set('ledger', bytes)
  agents = []
})

afterEach(async () => {
  for (const agent of agents) agent.child.kill('SIGKILL')
  await Promise.all([...agents.map((agent) => agent.exited), center.close(), bytesAt.close()])
  for (const pid of processesWith(folder)) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** A deploy whose switch never ends: it ignores every polite signal, has a child that does as well, and writes a line ten times a second. */
function start(env: Record<string, string> = {}): StartedAgent {
  const script = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${text}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const stubborn = `trap '' TERM INT HUP\n`
  const child = script('child.sh', `${stubborn}while :; do echo . >> ${folder}/effects; sleep 0.1; done`)
  const agent = startAgent(folder, {
    v: 1, server: center.url, name: 'eu-1', token: center.token, data: join(folder, 'data'), allow: ['deploy'], artifacts: { hosts: [bytesAt.host] },
    targets: [{ service: 'ledger', driver: 'command', cwd: folder, observe: [script('observe.sh', `echo '{"instances":[{"id":"ledger-1","state":"healthy"}]}'`)], switch: [script('switch.sh', `${stubborn}${child} &\nwhile :; do sleep 1; done`)], verify: ['true'] }],
  }, env)
  agents.push(agent)
  return agent
}

const offer = (timeoutMs = 60_000): string =>
  center.offer({ key: 'deploy:ledger:eu', kind: 'deploy', timeoutMs, params: { service: 'ledger', to: { version: '2', digest: digestOf(bytes), url: `${bytesAt.url}/bytes/ledger` }, from: [] } })
const effects = (): number => (existsSync(join(folder, 'effects')) ? readFileSync(join(folder, 'effects')).length : 0)
const stepProcesses = (): number[] => [...processesWith(join(folder, 'switch.sh')), ...processesWith(join(folder, 'child.sh'))]
const working = () => until('the step to act', () => effects() > 2 && stepProcesses().length >= 2)

test('a stopped agent’s step dies before the server may give it to another, and is not reported when the agent goes on', async () => {
  const agent = start()
  const id = offer()
  await working()
  process.kill(agent.pid, 'SIGSTOP')
  const stoppedAt = performance.now()
  await until('the whole group to die', () => stepProcesses().length === 0, leaseMs)
  expect(performance.now() - stoppedAt).toBeLessThan(leaseMs - 2_000)
  expect(center.status(id)).toBe('leased')
  const after = effects()
  await until('the lease to run out', () => center.status(id) === 'expired')
  process.kill(agent.pid, 'SIGCONT')
  await until('the agent to notice', () => agent.output().includes('lost deploy:ledger:eu'))
  expect(effects()).toBe(after)
  expect(center.completions).toEqual([])
})

test('a killed agent’s step dies at once, children that ignore SIGTERM included', async () => {
  const agent = start()
  offer()
  await working()
  agent.child.kill('SIGKILL')
  const killedAt = performance.now()
  await until('the whole group to die', () => stepProcesses().length === 0, 3_000)
  expect(performance.now() - killedAt).toBeLessThan(1_000)
})

test('a guard that is killed takes its step along, and the agent says that it does not know', async () => {
  const agent = start()
  const id = offer()
  await working()
  const [worker = 0] = parentsOf(processesWith(join(folder, 'switch.sh')))
  const [guard = 0] = parentsOf([worker])
  expect(readFileSync(`/proc/${guard}/cmdline`, 'utf8')).toContain('guard.ts')
  process.kill(guard, 'SIGKILL')
  await until('the whole group to die', () => stepProcesses().length === 0, 3_000)
  await until('the agent to say so', () => agent.output().includes('the step ended without saying how'))
  expect(center.completions).toEqual([])
  await until('the lease to run out', () => center.status(id) === 'expired')
})

test('a step whose lease cannot be renewed dies within the lease', async () => {
  start()
  const id = offer()
  await working()
  center.down = true
  await until('the whole group to die', () => stepProcesses().length === 0, leaseMs)
  expect(center.status(id)).toBe('leased')
})

test('a step that takes too long is ended and reported as failed', async () => {
  start()
  const id = offer(1_500)
  const { outcome, because } = await until('its end', () => center.completions.find((one) => one.stepId === id))
  expect(outcome).toBe('failed')
  expect(because).toMatch(/took (longer than 2 s|too long)/)
  await until('the whole group to die', () => stepProcesses().length === 0, 2_000)
})

test('a cancelled step is dead before it is reported as cancelled', async () => {
  start()
  const id = offer()
  await working()
  center.cancel(id)
  await until('its end', () => center.completions.find((one) => one.stepId === id && one.outcome === 'cancelled'))
  expect(stepProcesses()).toEqual([])
})
