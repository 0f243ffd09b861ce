import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CommandCenter } from './testing/command-center.ts'
import { startCommandCenter } from './testing/command-center.ts'
import type { StartedAgent } from './testing/start-agent.ts'
import { startAgent } from './testing/start-agent.ts'
import type { Supervisor } from './testing/supervisor.ts'
import { digestOf, startSupervisor } from './testing/supervisor.ts'
import { until } from './testing/until.ts'

const good = Buffer.from('the bytes of checkout 1.4.2')
const bad = digestOf(Buffer.from('the bytes of checkout 1.5.0'))
const goodDigest = digestOf(good)

let folder: string
let center: CommandCenter
let supervisor: Supervisor
let agents: StartedAgent[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kg-agent-'))
  center = await startCommandCenter({ leaseMs: 8_000 })
  supervisor = await startSupervisor(['checkout-1', 'checkout-2'].map((id) => ({ id, digest: bad, version: '1.5.0', state: 'healthy' as const })))
  supervisor.offered.set('good', good)
  agents = []
})

afterEach(async () => {
  for (const agent of agents) agent.child.kill('SIGKILL')
  await Promise.all([...agents.map((agent) => agent.exited), center.close(), supervisor.close()])
  rmSync(folder, { recursive: true, force: true })
})

const config = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  v: 1, server: center.url, name: 'eu-1', token: center.token, data: join(folder, 'data'),
  allow: ['snapshot', 'stage', 'deploy', 'verify', 'drain', 'stop', 'open'],
  artifacts: { hosts: [supervisor.host], maxBytes: 1_000_000 },
  mask: ['SECRET_KEY'],
  // What is offered together is done in order.
  parallel: 1,
  targets: [{ service: 'checkout', driver: 'process', supervisor: supervisor.url, routes: `${supervisor.url}/checkout/version`, signals: { urls: [`${supervisor.url}/metrics`], requests: 'requests_total', errors: 'requests_total{code=~"5.."}', latency: 'duration_seconds' } }],
  ...more,
})

const start = (more: Record<string, unknown> = {}, env: Record<string, string> = {}): StartedAgent => {
  const agent = startAgent(folder, config(more), env)
  agents.push(agent)
  return agent
}

const to = () => ({ version: '1.4.2', digest: goodDigest, url: `${supervisor.url}/bytes/good` })
const stage = () => ({ key: 'stage:checkout:eu', kind: 'stage', params: { service: 'checkout', release: to() } })
const deploy = () => ({ key: 'deploy:checkout:eu', kind: 'deploy', params: { service: 'checkout', to: to(), from: [bad], instances: 2 } })
const verify = () => ({ key: 'verify:checkout:eu', kind: 'verify', params: { service: 'checkout', digest: goodDigest, instances: 2 } })
const ended = (stepId: string) => until(`the end of ${stepId}`, () => center.completions.find((one) => one.stepId === stepId))
const linesOf = (stepId: string, epoch = 1): string[] => (center.logs.get(`${stepId}:${epoch}`) ?? []).map((line) => line.line)

test('a rollback through a supervisor: snapshot, stage, deploy, verify, one after the other', async () => {
  supervisor.config = { config: { SECRET_KEY: 'hush-hush-1', DATABASE_URL: 'postgres://u:pass-word@db/x', LIMIT: 3, COPY: 'see postgres://u:pass-word@db/x' }, secrets: ['DATABASE_URL'] }
  const ids = [{ key: 'snapshot:checkout:eu', kind: 'snapshot', params: { service: 'checkout' } }, stage(), deploy(), verify()].map(center.offer)
  start()
  const [snapshot, staged, deployed, verified] = await Promise.all(ids.map(ended))
  expect([snapshot, staged, deployed, verified].map((one) => [one?.outcome, one?.because])).toEqual(Array(4).fill(['succeeded', null]))
  expect(snapshot?.result).toMatchObject({ content: { LIMIT: 3, COPY: 'see ***', SECRET_KEY: { fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) }, DATABASE_URL: { fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) } }, digest: expect.stringMatching(/^sha256:/) })
  expect(JSON.stringify([center.completions, [...center.logs.values()]])).not.toMatch(/hush-hush|pass-word/)
  expect(staged?.result).toEqual({ digest: goodDigest, bytes: good.length })
  expect(deployed?.result).toEqual({ instances: ['checkout-1', 'checkout-2'].map((id) => ({ id, digest: goodDigest, version: '1.4.2', state: 'healthy' })) })
  expect(supervisor.switches.map((one) => one.id)).toEqual(['checkout-1', 'checkout-2'])
  expect(verified?.result).toMatchObject({ routes: { inARow: 6 } })
  await until('a heartbeat that sees it', () => center.heartbeats.at(-1)?.observations[0]?.instances.every((one) => one.digest === goodDigest))
  await until('its log', () => linesOf(ids[2] as string).includes('checkout-2 is healthy on 1.4.2'))
  for (const name of ['key.pem', 'identity.json', 'journal.jsonl', 'fingerprint.key']) expect(statSync(join(folder, 'data', name)).mode & 0o077).toBe(0)
})

test('a deploy stops at the first instance that does not become healthy and says what runs', async () => {
  supervisor.broken.add('1.4.2')
  start()
  const { outcome, because } = await ended(center.offer(deploy()))
  expect(outcome).toBe('failed')
  expect(because).toBe('checkout-1 did not become healthy on 1.4.2: its health check answered 500; now checkout-1 is unhealthy on 1.4.2, checkout-2 is healthy on 1.5.0')
  expect(supervisor.switches).toHaveLength(1)
})

const behindADrain = () => [
  { key: 'drain:checkout:eu', kind: 'drain', params: { service: 'checkout' } },
  { key: 'stop:checkout:eu', kind: 'stop', params: { service: 'checkout' } },
  { ...deploy(), params: { ...deploy().params, closed: true } },
  { ...verify(), params: { ...verify().params, closed: true } },
  { key: 'open:checkout:eu', kind: 'open', params: { service: 'checkout', digest: goodDigest, instances: 2 } },
]

test('a move behind a drain: closed, all stopped, all started, looked at, opened; and again without doing anything twice', async () => {
  start()
  const outcomes = []
  for (const step of [...behindADrain(), ...behindADrain().slice(2, 4), behindADrain()[4]].filter((one) => one !== undefined)) outcomes.push(await ended(center.offer(step)))
  expect(outcomes.map((one) => [one.key, one.outcome, one.because]).slice(0, 5)).toEqual(behindADrain().map((one) => [one.key, 'succeeded', null]))
  const [drained, stopped, deployed, verified, opened] = outcomes
  expect(drained?.result).toMatchObject({ open: false })
  expect(stopped?.result).toEqual({ instances: ['checkout-1', 'checkout-2'].map((id) => ({ id, digest: bad, version: '1.5.0', state: 'stopped' })) })
  expect(deployed?.result).toEqual({ instances: ['checkout-1', 'checkout-2'].map((id) => ({ id, digest: goodDigest, version: '1.4.2', state: 'healthy' })) })
  expect(verified?.result).not.toHaveProperty('routes')
  expect(opened?.result).toMatchObject({ routes: { inARow: 6 } })
  expect(outcomes.slice(5).map((one) => one.outcome)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(supervisor.changes).toEqual(['drain', 'stop', 'start', 'open'])
  expect(supervisor.switches).toEqual([])
})

test('what is open is neither stopped nor started all at once, and what is not healthy is not opened', async () => {
  start()
  const [, stop, closedDeploy, , open] = behindADrain()
  const because = async (step: ReturnType<typeof behindADrain>[number] | undefined) => (step ? (await ended(center.offer(step))).because : null)
  expect(await because(stop)).toBe('users are let into checkout: it has to be drained before it is stopped')
  expect(await because(closedDeploy)).toBe('users are let into checkout: 1.4.2 may only be started while it is closed')
  supervisor.open = false
  supervisor.broken.add('1.4.2')
  expect(await because(closedDeploy)).toContain('the supervisor of checkout could not start it: its health check answered 500; now checkout-1 is unhealthy on 1.4.2')
  expect(await because(open)).toMatch(/^checkout stays closed: not every instance is healthy/)
  expect(supervisor.open).toBe(false)
  expect(supervisor.changes).toEqual(['start'])
})

test('what was changed on its way is refused with a reason and nothing is done', async () => {
  start()
  const { outcome, because } = await ended(center.offer({ ...deploy(), tamper: (lease) => ((lease.params as { to: { url: string } }).to = { ...to(), url: 'http://evil.example/x' } as never) }))
  expect([outcome, because]).toEqual(['failed', expect.stringMatching(/not the one its hash names|not those of the approved plan/)])
  expect(supervisor.switches).toEqual([])
})

test('bytes with another digest, from another host or too large are not staged', async () => {
  start({ artifacts: { hosts: [supervisor.host], maxBytes: 40 } })
  supervisor.offered.set('other', Buffer.from('other bytes'))
  supervisor.offered.set('large', Buffer.alloc(100))
  const offer = (url: string) => ended(center.offer({ ...stage(), params: { service: 'checkout', release: { ...to(), url } } }))
  expect((await offer(`${supervisor.url}/bytes/other`)).because).toContain(`${goodDigest} was approved`)
  expect((await offer(`${supervisor.url}/bytes/large`)).because).toContain('larger than 40 bytes')
  expect((await offer(`http://localhost:${supervisor.host.split(':')[1]}/bytes/good`)).because).toContain('is not one of the hosts')
  expect(supervisor.held.size).toBe(0)
})

test('an agent killed in the middle of a switch leaves the step alone; the next attempt looks first', async () => {
  supervisor.switchMs = 800
  const agent = start({}, { KNOWNGOOD_AGENT_CRASH_AT: 'during-switch' })
  const id = center.offer(deploy())
  expect((await agent.exited).signal).toBe('SIGKILL')
  start()
  await until('the lease to run out', () => center.status(id) === 'expired')
  expect(center.completions).toEqual([])
  await until('the word about it', () => linesOf(id).some((line) => line.includes('how it ended is not known here')))
  center.offerAgain(id)
  const { outcome, epoch } = await ended(id)
  expect([outcome, epoch]).toEqual(['succeeded', 2])
  expect(linesOf(id, 2).join()).toMatch(/looking first/)
  expect(supervisor.instances.every((one) => one.digest === goodDigest)).toBe(true)
})

test('a report that was not delivered before a crash is delivered after it, and nothing is done twice', async () => {
  const agent = start({}, { KNOWNGOOD_AGENT_CRASH_AT: 'before-complete' })
  const id = center.offer(deploy())
  await agent.exited
  expect(center.completions).toEqual([])
  start()
  expect((await ended(id)).outcome).toBe('succeeded')
  expect(supervisor.switches).toHaveLength(2)
})

test('an intent without an effect is not done again under the same lease', async () => {
  const agent = start({}, { KNOWNGOOD_AGENT_CRASH_AT: 'after-intent' })
  const id = center.offer(deploy())
  await agent.exited
  start()
  await until('the lease to run out', () => center.status(id) === 'expired')
  expect(supervisor.switches).toEqual([])
})

test('a step survives a server that is away for less than the lease, and its report arrives afterwards', async () => {
  supervisor.switchMs = 400
  start()
  const id = center.offer(deploy())
  await until('the switch', () => supervisor.switches.length === 1)
  center.down = true
  await until('both', () => supervisor.instances.every((one) => one.digest === goodDigest))
  await new Promise((resolve) => setTimeout(resolve, 500))
  center.down = false
  expect((await ended(id)).outcome).toBe('succeeded')
})

test('a cancelled step ends as cancelled', async () => {
  supervisor.switchMs = 10_000
  start()
  const id = center.offer(deploy())
  await until('the switch', () => supervisor.switches.length === 1)
  center.cancel(id)
  expect((await ended(id)).outcome).toBe('cancelled')
})

test('asked to end, it finishes and reports the step at hand and takes no other', async () => {
  supervisor.switchMs = 500
  const agent = start()
  const first = center.offer(deploy())
  const second = center.offer(verify())
  await until('the switch', () => supervisor.switches.length === 1)
  agent.child.kill('SIGTERM')
  expect(await agent.exited).toEqual({ code: 0, signal: null })
  expect(center.completions.map((one) => [one.stepId, one.outcome])).toEqual([[first, 'succeeded']])
  expect(center.status(second)).toBe('ready')
})

test('a clock that is an hour off is learnt, and samples carry the server’s time', async () => {
  center.clockOffsetMs = 3_600_000
  center.measure = ['checkout']
  let requests = 0
  const grow = setInterval(() => {
    requests += 2
    supervisor.metrics = `requests_total{code="200"} ${requests}\nrequests_total{code="500"} ${requests / 2}\nduration_seconds_bucket{le="0.1"} ${requests}\nduration_seconds_bucket{le="+Inf"} ${requests * 1.5}\n`
  }, 100)
  start()
  // A busy machine may measure less than a whole second.
  const sample = await until('a sample', () => center.samples.find((one) => one.requests > 10))
  clearInterval(grow)
  expect(Math.abs(Date.parse(sample.at) - Date.now() - 3_600_000)).toBeLessThan(5_000)
  expect(sample.at).toMatch(/:\d\d\.000Z$/)
  expect(sample.errors).toBeGreaterThan(2)
  expect(sample.latency?.bounds).toEqual([0.1])
  expect((await ended(center.offer(deploy()))).outcome).toBe('succeeded')
})

test('a target of the user’s own scripts: argument lists, allowed variables, secrets masked in their output', async () => {
  const script = (name: string, text: string): string => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
    return `./${name}`
  }
  writeFileSync(join(folder, 'current'), bad)
  const target = {
    service: 'ledger', driver: 'command', cwd: folder, env: ['PATH', 'SECRET_KEY'],
    observe: [script('observe.sh', `printf '{"instances":[{"id":"ledger-1","digest":"%s","version":"1.4.2","state":"healthy"}]}' "$(cat current)"`)],
    switch: [script('switch.sh', 'echo "key is $SECRET_KEY, hidden is [$NOT_ALLOWED], arg is $1"; cmp "$KG_ARTIFACT" expected && printf %s "$KG_DIGEST" > current'), '$(touch hacked); x'],
    verify: [script('verify.sh', 'test "$(cat current)" = "$KG_DIGEST"')],
    snapshot: [script('snapshot.sh', `echo '{"config":{"SECRET_KEY":"s3cr3t-value","A":1},"secrets":[]}'`)],
  }
  writeFileSync(join(folder, 'expected'), good)
  start({ targets: [target] }, { SECRET_KEY: 's3cr3t-value', NOT_ALLOWED: 'nope' })
  const params = (more: object) => ({ service: 'ledger', ...more })
  const snapshot = center.offer({ key: 'snapshot:ledger:eu', kind: 'snapshot', params: params({}) })
  const deployed = center.offer({ key: 'deploy:ledger:eu', kind: 'deploy', params: params({ to: to(), from: [bad], instances: 1 }) })
  const verified = center.offer({ key: 'verify:ledger:eu', kind: 'verify', params: params({ digest: goodDigest, instances: 1 }) })
  for (const id of [snapshot, deployed, verified]) expect(await ended(id)).toMatchObject({ outcome: 'succeeded', because: null })
  expect(readFileSync(join(folder, 'current'), 'utf8')).toBe(goodDigest)
  await until('its log', () => linesOf(deployed).includes('key is ***, hidden is [], arg is $(touch hacked); x'))
  expect(existsSync(join(folder, 'hacked'))).toBe(false)
})

test('the user’s own scripts close and open; what there is no script for is not offered', async () => {
  const note = (text: string): string[] => ['/bin/sh', '-c', `echo ${text} >> notes`]
  const observe = ['/bin/sh', '-c', `grep -q stopped notes 2>/dev/null && echo '{"instances":[{"id":"l-1","state":"stopped"}]}' || echo '{"instances":[{"id":"l-1","digest":"${goodDigest}","state":"healthy"}]}'`]
  const ledger = { service: 'ledger', driver: 'command', cwd: folder, observe, switch: ['true'], verify: ['true'], drain: note('drained'), stop: note('stopped') }
  start({ targets: [ledger], allow: ['drain', 'stop', 'open'] })
  const outcomes = []
  for (const kind of ['drain', 'stop']) outcomes.push((await ended(center.offer({ key: `${kind}:ledger:eu`, kind, params: { service: 'ledger' } }))).outcome)
  expect(outcomes).toEqual(['succeeded', 'succeeded'])
  expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('drained\nstopped\n')
  const opened = await ended(center.offer({ key: 'open:ledger:eu', kind: 'open', params: { service: 'ledger', digest: goodDigest } }))
  expect(opened.because).toBe("the agent refused: ledger has no open program in this agent's configuration")
  expect(center.heartbeats.at(-1)?.stepKinds).toEqual(['drain', 'stop'])
})

test('a used token, a missing token and a second agent on the same data are refused in one sentence', async () => {
  const first = start()
  await until('it to enrol', () => existsSync(join(folder, 'data', 'identity.json')))
  const second = start()
  expect((await second.exited).code).toBe(1)
  expect(second.output()).toContain('is in use by another agent')
  const third = start({ data: join(folder, 'other') })
  expect((await third.exited).code).toBe(1)
  expect(third.output()).toContain('this token was used')
  const fourth = start({ data: join(folder, 'third'), token: undefined })
  expect((await fourth.exited).code).toBe(1)
  expect(fourth.output()).toContain('not enrolled yet')
  expect(first.child.exitCode).toBeNull()
})

test('asked to end while the server is away, it ends; the report is delivered at the next start', async () => {
  supervisor.switchMs = 300
  const agent = start()
  const id = center.offer(deploy())
  await until('the switch', () => supervisor.switches.length === 1)
  center.down = true
  agent.child.kill('SIGTERM')
  expect((await agent.exited).code).toBe(0)
  expect(center.completions).toEqual([])
  center.down = false
  start()
  await until('the report, or the word that it came too late', () => center.completions.some((one) => one.stepId === id) || center.refused.some((one) => one.path.endsWith('/complete')))
  expect(supervisor.switches).toHaveLength(2)
})
