import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { until } from '#demo/stack.ts'
import type { RunView, StepView, WayOn } from '#lib/orchestration/view.ts'
import type { LockView } from '#lib/state/view.ts'
import type { Rig, RigService } from '../faults/small-rig.ts'
import { openRig } from '../faults/small-rig.ts'

/* Rollbacks with a playbook around them, by real agents, with the programs that its steps name, a real database, and people who steer. */

const hasAnsible = spawnSync('/bin/sh', ['-c', 'command -v ansible-playbook']).status === 0
let rig: Rig
let books: pg.Client

/** What happens around the moves of every run here. `last` is what comes after them. */
const playbook = (name: string, last: string): string => `v: 1
name: ${name}
description: Keeps books while it goes back.
params:
  ticket: { type: string, default: none, describe: The ticket }
steps:
  - id: tell
    kind: notify
    with: { say: "\${situation.service} goes back, ticket \${params.ticket}" }
  - id: close-shop
    kind: shell
    with: { command: "echo closed for \${params.ticket} >> journal" }
    compensate: { kind: shell, with: { command: "echo opened again >> journal" } }
  - id: freeze
    kind: sql
    with: { connection: books, statements: ["update shop set open = false"], check: "select not open from shop" }
    compensate: { kind: sql, with: { connection: books, statements: ["update shop set open = true"] } }
    repeatable: true
    locks: [books]
  - id: flaky
    kind: shell
    repeatable: true
    retry: { times: 2, backoff: 200ms, max: 1s }
    with: { command: "echo try >> tries; test \\"$(wc -l < tries)\\" -ge 2" }
${hasAnsible ? `  - id: note
    kind: ansible
    with: { playbook: note.yml, inventory: "localhost,", extraVars: { ansible_connection: local, word: "\${params.ticket}" } }
    compensate: { kind: shell, with: { command: "rm -f note" } }
` : ''}  - id: agree
    kind: approve
    with: { say: The shop is closed and nothing is being paid }
  - id: moves
    kind: deploy
    with: { moves: planned }
${last}`

const looks = `  - id: look
    kind: manual
    with: { say: Look into the shop }
  - id: sweep
    kind: shell
    with: { command: "echo no broom; exit 3" }
`
const sleeps = `  - id: rest
    kind: shell
    repeatable: true
    with: { command: "echo resting >> journal; if [ ! -e rested ]; then touch rested; sleep 600; fi" }
`

beforeAll(async () => {
  rig = await openRig({
    actions(fleet, center) {
      writeFileSync(join(fleet, 'note.yml'), '- hosts: all\n  gather_facts: false\n  tasks:\n    - name: write it down\n      ansible.builtin.copy: { content: "{{ word }}", dest: "{{ playbook_dir }}/note" }\n')
      const url = new URL(center.superuserUrl())
      url.pathname = '/books'
      return { allow: ['shell', 'sql', ...(hasAnsible ? ['ansible'] : [])], connections: { books: url.toString() }, more: { shell: { cwd: fleet }, ...(hasAnsible ? { ansible: { root: fleet } } : {}) } }
    },
  })
  const root = new pg.Client({ connectionString: rig.center.superuserUrl() })
  await root.connect()
  await root.query('create database books')
  await root.end()
  const url = new URL(rig.center.superuserUrl())
  url.pathname = '/books'
  books = new pg.Client({ connectionString: url.toString() })
  await books.connect()
  await books.query('create table shop (open boolean not null)')
  for (const [name, last] of [['with-looks', looks], ['with-rest', sleeps]] as const) await rig.ada.send('POST', '/api/v1/playbooks', { text: playbook(name, last), reason: 'a test' })
}, 420_000)
afterAll(async () => {
  await books?.end()
  await rig?.stop()
}, 60_000)

beforeEach(async () => {
  for (const name of ['journal', 'tries', 'note', 'rested']) writeFileSync(join(rig.fleet, name), '')
  spawnSync('rm', ['-f', ...['note', 'rested', 'tries'].map((name) => join(rig.fleet, name))])
  await books.query('delete from shop; insert into shop values (true)')
})

const journal = (): string[] => readFileSync(join(rig.fleet, 'journal'), 'utf8').split('\n').filter(Boolean)
const isOpen = async (): Promise<boolean> => (await books.query<{ open: boolean }>('select open from shop')).rows[0]?.open ?? false

const viewOf = (runId: string): Promise<RunView> => rig.people.casey.get<RunView>(`/api/v1/runs/${runId}`)
const stepsOf = (run: RunView): StepView[] => run.regions.flatMap((region) => region.steps)
const stepOf = (run: RunView, id: string): StepView => {
  const step = stepsOf(run).find((one) => one.key === id || one.key === `playbook:${id}` || one.key.startsWith(`playbook:${id}:`))
  if (!step) throw new Error(`there is no step ${id} among ${stepsOf(run).map((one) => one.key).join(', ')}`)
  return step
}
const untilRun = (runId: string, what: string, so: (run: RunView) => unknown): Promise<RunView> => until(what, 90_000, async () => {
  const run = await viewOf(runId)
  return so(run) ? run : null
})
const steer = (run: RunView, way: WayOn['command'], body: Record<string, unknown> = {}, step?: StepView): Promise<unknown> =>
  rig.people.casey.send('POST', step ? `/api/v1/steps/${step.id}/${way.split('.')[1]}` : `/api/v1/runs/${run.id}/${way.split('.')[1]}`, body)

/** Everything up to the start, and what starting it said. */
async function prepare(services: RigService[], playbookName: string, title: string): Promise<() => Promise<string>> {
  const { casey, omar, priya, tomas } = rig.people
  const { incidentId } = await omar.send<{ incidentId: string }>('POST', '/api/v1/incidents', { title, severity: 'SEV2', environment: 'live', services })
  const plan = await omar.send<{ planId: string; hash: string; because: string | null }>('POST', '/api/v1/plans', { incidentId, environment: 'live', services, playbook: { name: playbookName, params: { ticket: 'T-1' } } })
  if (plan.because) throw new Error(`no plan: ${plan.because}`)
  const { requestId } = await omar.send<{ requestId: string }>('POST', `/api/v1/plans/${plan.planId}/submit`, { hash: plan.hash })
  for (const voter of [priya, tomas]) await voter.send('POST', `/api/v1/approvals/${requestId}/votes`, { vote: 'approve', planHash: plan.hash, reason: '' })
  await casey.send('POST', `/api/v1/seats/${incidentId}/take`, { term: 0 })
  return async () => (await casey.send<{ runId: string }>('POST', '/api/v1/runs', { planId: plan.planId, hash: plan.hash })).runId
}

/** Starts it and agrees where the playbook asks for it. */
async function agreed(services: RigService[], playbookName: string, title: string): Promise<RunView> {
  await rig.place(services, '1.1.0')
  const runId = await (await prepare(services, playbookName, title))()
  const run = await untilRun(runId, 'it waits for a voice', (now) => stepOf(now, 'agree').status === 'ready')
  await rig.people.priya.send('POST', `/api/v1/steps/${stepOf(run, 'agree').id}/approve`, { word: 'nobody is paying' })
  return run
}

test('every step is done, tried again by itself where it may be, asked of people where it must be, and told with what it saw', { timeout: 150_000 }, async () => {
  const { id } = await agreed(['ale'], 'with-looks', 'the ale is flat')
  const waits = await untilRun(id, 'somebody has to look', (run) => stepOf(run, 'look').status === 'ready')
  expect(stepOf(waits, 'flaky')).toMatchObject({ status: 'succeeded', attempt: 2 })
  if (hasAnsible) expect(stepOf(waits, 'note').result).toMatchObject({ changed: 1, tasks: [{ task: 'write it down', host: 'localhost', status: 'changed' }] })
  if (hasAnsible) expect(readFileSync(join(rig.fleet, 'note'), 'utf8')).toBe('T-1')
  expect([journal(), await isOpen(), rig.version('ale')]).toEqual([['closed for T-1'], false, '1.0.0'])
  expect(waits.waysOn[0]).toMatchObject({ command: 'step.confirm', say: expect.stringContaining('Look into the shop') })
  await steer(waits, 'step.confirm', { word: 'it is tidy' }, stepOf(waits, 'look'))

  // A step that may not be repeated has failed: the run waits, says so, and a person goes on without it.
  const stands = await untilRun(id, 'it stands', (run) => run.status === 'paused')
  expect(stands.because).toContain('sweep')
  expect(stepOf(stands, 'sweep')).toMatchObject({ status: 'failed', tail: expect.arrayContaining([expect.objectContaining({ line: 'no broom' })]) })
  expect(stands.waysOn.map(({ command }) => command)).toEqual(expect.arrayContaining(['step.retry', 'step.skip', 'run.compensate', 'run.abort']))
  await steer(stands, 'step.skip', { reason: 'the broom is lost' }, stepOf(stands, 'sweep'))
  const done = await untilRun(id, 'it is over: nothing is left to do', (run) => run.finishedAt)
  expect([done.status, stepOf(done, 'sweep').status, stepOf(done, 'sweep').because]).toEqual(['succeeded', 'skipped', expect.stringContaining('the broom is lost')])
  expect(stepsOf(done).filter(({ key }) => key.startsWith('deploy')).map(({ attempt }) => attempt)).toEqual([1])
})

test('what was done is taken back in the opposite order, as far as the plan says how', { timeout: 150_000 }, async () => {
  const { id } = await agreed(['bread'], 'with-looks', 'the bread is stale')
  const waits = await untilRun(id, 'somebody has to look', (run) => stepOf(run, 'look').status === 'ready')
  await steer(waits, 'step.confirm', { word: 'it is not tidy at all' }, stepOf(waits, 'look'))
  const stands = await untilRun(id, 'it stands', (run) => run.status === 'paused')
  await steer(stands, 'run.compensate', { reason: 'back to where we were' })
  const done = await untilRun(id, 'it is over', (run) => run.finishedAt && stepsOf(run).every(({ status }) => status !== 'leased' && status !== 'ready'))
  expect(done.status).toBe('aborted')
  const undone = stepsOf(done).filter(({ key }) => key.startsWith('undo:')).toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? ''))
  expect(undone.map(({ key, status }) => [key.replace('undo:', ''), status]).filter(([key]) => !key?.startsWith('deploy'))).toEqual([...(hasAnsible ? ['note'] : []), 'freeze', 'close-shop'].map((step) => [expect.stringContaining(step), 'succeeded']))
  expect([journal(), await isOpen(), existsSync(join(rig.fleet, 'note'))]).toEqual([['closed for T-1', 'opened again'], true, false])
})

test('Stop ends what runs at once, says what was done and what was not, and it goes on from there', { timeout: 150_000 }, async () => {
  const { id } = await agreed(['cloth'], 'with-rest', 'the cloth is thin')
  const resting = await untilRun(id, 'it rests', (run) => stepOf(run, 'rest').status === 'leased' && existsSync(join(rig.fleet, 'rested')))
  const report = await rig.people.omar.send<{ status: string; done: string[]; stopping: string[]; waysOn: WayOn[] }>('POST', `/api/v1/runs/${id}/stop`, { reason: 'somebody is in the shop' })
  expect(report).toMatchObject({ status: 'paused', stopping: [stepOf(resting, 'rest').key], done: expect.arrayContaining([stepOf(resting, 'freeze').key]) })
  const stopped = await untilRun(id, 'the agent has stopped', (run) => stepOf(run, 'rest').status === 'cancelled')
  expect(spawnSync('pgrep', ['-f', 'sleep 600']).stdout.toString()).toBe('')
  expect(stopped.waysOn[0]).toMatchObject({ command: 'run.resume' })
  await steer(stopped, 'run.resume')
  const done = await untilRun(id, 'it is over', (run) => run.finishedAt)
  expect([done.status, stepOf(done, 'rest').attempt]).toEqual(['succeeded', 2])
  expect(stepsOf(done).filter(({ key, agent }) => agent !== null && !key.includes('rest') && !key.includes('flaky')).map(({ attempt }) => attempt).every((attempt) => attempt === 1)).toBe(true)
  expect(journal()).toEqual(['closed for T-1', 'resting', 'resting'])
})

test('two runs that want one lock: the second is told who has it and why, and starts when it is free', { timeout: 150_000 }, async () => {
  await rig.place(['ale', 'bread'], '1.1.0')
  const first = await (await prepare(['ale'], 'with-rest', 'the ale again'))()
  const second = await prepare(['bread'], 'with-rest', 'the bread again')
  const refusal = await second().catch((error: unknown) => (error as Error).message)
  expect(refusal).toMatch(new RegExp(`^books is held by run ${first} since .*: ale 1.1.0`))
  const locks = await rig.people.casey.get<LockView[]>('/api/v1/locks')
  expect(locks.find(({ name }) => name === 'books')).toMatchObject({ mode: 'exclusive', owner: { kind: 'run', id: first }, reason: expect.stringContaining('ale 1.1.0') })
  const run = await untilRun(first, 'it waits for a voice', (now) => stepOf(now, 'agree').status === 'ready')
  await steer(run, 'run.abort', { reason: 'it was the other one' })
  await untilRun(first, 'it is over', (now) => now.finishedAt)
  expect(await second()).toMatch(/^[0-9a-f-]{36}$/)
})
