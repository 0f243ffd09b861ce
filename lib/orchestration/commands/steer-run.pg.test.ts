import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { takeSeat } from '#lib/governance/commands/take-seat.ts'
import { applyPolicy } from '#lib/governance/commands/apply-policy.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { breakLock } from '#lib/state/commands/break-lock.ts'
import { releaseLocks } from '#lib/state/commands/release-locks.ts'
import { takeLocks } from '#lib/state/commands/take-locks.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson } from '#tests/support/incident.ts'
import type { SeededRun, StepSketch } from '#tests/support/run.ts'
import { holdStep, leasable, runNow, seedStartedRun, statusesOf, stepNow } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { runView } from '../queries/run.ts'
import { completeStep } from './complete-step.ts'
import { expireLease } from './expire-lease.ts'
import { leaseStep } from './lease-step.ts'
import { abortRun, compensateRun, pauseRun, resumeRun, stopRun } from './steer-run.ts'
import { retryStep, settleStep, skipStep } from './steer-step.ts'

let world: World
let incident: { id: string }
const reason = 'a test'

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => {
  world = await seedWorld()
  incident = await seedIncident(world)
  await seatPerson(world, incident.id, world.people.commander.id)
})

const undo = { kind: 'deploy', params: { back: true } }
const begin = (steps: readonly StepSketch[]): Promise<SeededRun> => seedStartedRun(world, { incidentId: incident.id, startedBy: world.people.commander, term: 1, moves: ['checkout/eu'], steps })
const id = (run: SeededRun, key: string): string => run.steps[key] as string
const report = (run: SeededRun, key: string, epoch: number, outcome: 'succeeded' | 'failed' | 'cancelled' = 'succeeded', stepId = id(run, key)) =>
  execute(completeStep, world.agents.eu, { v: 1, stepId, epoch, outcome, because: outcome === 'succeeded' ? null : 'it broke', result: null, want: false })
const recorded = (subjectId: string, action: string): Promise<number> => db().auditRecord.count({ where: { subjectId, action } })
const told = (run: SeededRun, name: string): Promise<number> => db().outbox.count({ where: { subject: run.runId, name } })
const viewOf = async (run: SeededRun) => (await ask(runView, world.people.viewer, { runId: run.runId })).data

describe('a stop', () => {
  test('fences on the server at once, says what is where, and what can be done next', async () => {
    const run = await begin([{ key: 'a' }, { key: 'b', after: ['a'] }, { key: 'c', after: ['b'], repeatable: false }, { key: 'd', after: ['b'] }, { key: 'e', after: ['d'] }])
    await report(run, 'a', await holdStep(run, 'a', world.agents.eu))
    await report(run, 'b', await holdStep(run, 'b', world.agents.eu))
    await holdStep(run, 'c', world.agents.eu)
    const said = await execute(stopRun, world.people.responder, { runId: run.runId, reason: 'smoke' })
    expect(said).toMatchObject({ status: 'paused', done: ['a', 'b'], stopping: ['c'], notStarted: ['d', 'e'], indeterminate: [], failed: [] })
    expect(said.waysOn.map((way) => way.command)).toEqual(['run.abort'])
    expect(await stepNow(run, 'c')).toMatchObject({ status: 'leased', cancelling: true })
    expect((await execute(leaseStep, world.agents.eu, { stepId: id(run, 'd') })).lease).toBeNull()
    expect(await recorded(run.runId, 'run.stop')).toBe(1)

    await report(run, 'c', 1, 'cancelled')
    const view = await viewOf(run)
    expect(view.because).toBe('stopped by responder: smoke')
    expect(view.waysOn.map(({ command, step }) => [command, step])).toEqual([['step.retry', 'c'], ['step.skip', 'c'], ['run.abort', null]])
  })

  test('is for anyone who responds, and for nobody who only looks', async () => {
    const run = await begin([{ key: 'a' }])
    await expect(execute(stopRun, world.people.viewer, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(stopRun, world.people.responder, { runId: newId(), reason })).rejects.toMatchObject({ code: 'not_found' })
    expect((await runNow(run)).status).toBe('running')
  })
})

describe('whoever commands', () => {
  test('alone steers; who takes the seat adopts the run, and who held it before is refused', async () => {
    const run = await begin([{ key: 'a' }])
    await expect(execute(pauseRun, world.secondCommander, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('somebody else commands') })
    await execute(takeSeat, world.secondCommander, { incidentId: incident.id, term: 1, reason })
    await expect(execute(pauseRun, world.people.commander, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    await execute(pauseRun, world.secondCommander, { runId: run.runId, reason })
    expect(await runNow(run)).toMatchObject({ status: 'paused', commanderTerm: 2 })
  })

  test('of two who pause at once one is told that it is paused', async () => {
    const run = await begin([{ key: 'a' }])
    const both = await Promise.allSettled([1, 2].map(() => execute(pauseRun, world.people.commander, { runId: run.runId, reason })))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict', message: 'the run is paused; only a running one can be paused' } })
    expect(await recorded(run.runId, 'run.pause')).toBe(1)
  })

  test.each([
    ['retried', (stepId: string, world: World) => execute(retryStep, world.people.viewer, { stepId, reason })],
    ['skipped', (stepId: string, world: World) => execute(skipStep, world.people.responder, { stepId, reason })],
    ['settled', (stepId: string, world: World) => execute(settleStep, world.people.approver, { stepId, happened: true, reason })],
  ])('nothing is %s by others', async (_, act) => {
    const run = await begin([{ key: 'a' }])
    await expect(act(id(run, 'a'), world)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(act(newId(), world)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('goes on from the failed step, never from the start', async () => {
    const run = await begin([{ key: 'a' }, { key: 'b', after: ['a'] }, { key: 'c', after: ['b'] }])
    await report(run, 'a', await holdStep(run, 'a', world.agents.eu))
    await report(run, 'b', await holdStep(run, 'b', world.agents.eu), 'failed')
    expect(await runNow(run)).toMatchObject({ status: 'paused', because: 'b failed: it broke; retry it, skip it with a reason, or abort' })
    await expect(execute(resumeRun, world.people.commander, { runId: run.runId })).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('b is failed') })
    await execute(retryStep, world.people.commander, { stepId: id(run, 'b'), reason })
    await execute(resumeRun, world.people.commander, { runId: run.runId })
    expect(await statusesOf(run)).toEqual({ a: 'succeeded', b: 'ready', c: 'blocked' })
    expect(await recorded(id(run, 'b'), 'step.retry')).toBe(1)
  })

  test('says of what nobody knows whether it happened', async () => {
    const run = await begin([{ key: 'a', repeatable: false }, { key: 'b', after: ['a'] }])
    await holdStep(run, 'a', world.agents.eu, -5_000)
    expect(await execute(expireLease, system('lease watch'), { stepId: id(run, 'a') })).toEqual({ expired: true })
    expect(await runNow(run)).toMatchObject({ status: 'paused', because: 'nobody knows whether a happened: agent-eu went silent while it held this step; say which, then resume' })
    await execute(settleStep, world.people.commander, { stepId: id(run, 'a'), happened: true, reason: 'I looked' })
    await execute(resumeRun, world.people.commander, { runId: run.runId })
    expect(await statusesOf(run)).toEqual({ a: 'succeeded', b: 'ready' })
    expect((await stepNow(run, 'a')).because).toBe('commander says that it happened: I looked')
  })
})

describe('an attempt that failed and may be repeated', () => {
  test('waits its time before anybody gets it again, and says so', async () => {
    await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'releases', purpose: 'deployment', environments: ['production'] }] }, reason })
    const run = await seedStartedRun(world, { purpose: 'deployment', steps: [{ key: 'a', retry: { times: 2, backoffMs: 60_000, maxBackoffMs: 90_000 } }] })
    const { lease } = await execute(leaseStep, world.agents.eu, { stepId: id(run, 'a') })
    await report(run, 'a', lease?.epoch ?? 0, 'failed')
    const waiting = 'failed (it broke), tries again in 60 s (1 of 2)'
    expect(await stepNow(run, 'a')).toMatchObject({ status: 'ready', because: waiting })
    expect((await viewOf(run)).regions[0]?.steps[0]?.because).toBe(waiting)
    expect(await leasable(world.agents.eu)).toBeNull()
    expect((await execute(leaseStep, world.agents.eu, { stepId: id(run, 'a') })).lease).toBeNull()
    await db().step.update({ where: { id: id(run, 'a') }, data: { notBefore: new Date(Date.now() - 1) } })
    const again = (await execute(leaseStep, world.agents.eu, { stepId: id(run, 'a') })).lease
    expect(again).toMatchObject({ attempt: 2, epoch: 2 })
    await report(run, 'a', 2, 'failed')
    expect((await stepNow(run, 'a')).because).toBe('failed (it broke), tries again in 90 s (2 of 2)')
  })
})

describe('how much runs at once', () => {
  beforeEach(async () => {
    await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'releases', purpose: 'deployment', environments: ['production'] }] }, reason })
  })
  const three = () => seedStartedRun(world, { purpose: 'deployment', steps: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] })
  const lease = async (run: SeededRun, key: string) => (await execute(leaseStep, world.agents.eu, { stepId: id(run, key) })).lease

  test('an agent gets as many as it takes at a time', async () => {
    const run = await three()
    expect(await lease(run, 'a')).not.toBeNull()
    expect(await lease(run, 'b')).toBeNull()
    expect(await leasable(world.agents.eu)).toBeNull()
    expect((await viewOf(run)).regions.flatMap((region) => region.steps).find((step) => step.key === 'b')?.because).toBe('every agent of its region has its hands full')
    await db().agent.update({ where: { id: world.agents.eu.id }, data: { parallel: 2 } })
    expect(await lease(run, 'b')).not.toBeNull()
    expect(await lease(run, 'c')).toBeNull()
  })

  test('a region runs as many as the catalog says, whoever asks', async () => {
    await db().agent.update({ where: { id: world.agents.eu.id }, data: { parallel: 8 } })
    await db().region.update({ where: { id: world.regions.eu }, data: { maxParallel: 2 } })
    const run = await three()
    const got = await Promise.all(['a', 'b', 'c'].map((key) => lease(run, key)))
    expect(got.filter(Boolean)).toHaveLength(2)
    expect((await viewOf(run)).regions.flatMap((region) => region.steps).find((step) => step.status === 'ready')?.because).toBe('2 steps are at work in eu, and no more run there at once')
  })
})

describe('taking back', () => {
  test('undoes what was done in the opposite order, and the run ends as aborted and says so', async () => {
    const run = await begin([{ key: 'a', compensate: undo }, { key: 'b', after: ['a'] }, { key: 'c', after: ['b'], compensate: undo }, { key: 'd', after: ['c'] }])
    for (const key of ['a', 'b', 'c']) await report(run, key, await holdStep(run, key, world.agents.eu))
    await execute(pauseRun, world.people.commander, { runId: run.runId, reason })
    expect((await viewOf(run)).waysOn.map((way) => way.command)).toContain('run.compensate')
    await expect(execute(compensateRun, world.people.responder, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(compensateRun, world.secondCommander, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await execute(compensateRun, world.people.commander, { runId: run.runId, reason: 'it made it worse' })).toEqual({ status: 'running', takesBack: ['a', 'c'] })
    expect(await recorded(run.runId, 'run.compensate')).toBe(1)
    expect(await statusesOf(run)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'cancelled', 'undo:c': 'ready', 'undo:a': 'blocked' })

    const undos = Object.fromEntries((await db().step.findMany({ where: { runId: run.runId, key: { startsWith: 'undo:' } } })).map((step) => [step.key, step.id]))
    const back = { ...run, steps: { ...run.steps, ...undos } }
    for (const key of ['undo:c', 'undo:a']) await report(back, key, await holdStep(back, key, world.agents.eu))
    expect(await runNow(run)).toMatchObject({ status: 'aborted', because: 'taken back: c, a; says no way back: b' })
    expect(await db().lock.count({ where: { ownerId: run.runId } })).toBe(0)
    expect(await told(run, 'run.finished')).toBe(1)
  })

  test('of an aborted run needs its locks again, and is refused with who has them', async () => {
    const run = await begin([{ key: 'a', compensate: undo }, { key: 'b', after: ['a'] }])
    await report(run, 'a', await holdStep(run, 'a', world.agents.eu))
    await execute(abortRun, world.people.commander, { runId: run.runId, reason })
    const other = await begin([{ key: 'z' }])
    await expect(execute(compensateRun, world.people.commander, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'locked' })
    await execute(abortRun, world.people.commander, { runId: other.runId, reason })
    await execute(compensateRun, world.people.commander, { runId: run.runId, reason })
    expect(await db().lock.count({ where: { ownerId: run.runId } })).toBe(1)
    await expect(execute(compensateRun, world.people.commander, { runId: run.runId, reason })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a lock that was taken away', () => {
  test('holds the run before its next step, and resuming takes it again, if nobody else has it', async () => {
    await execute(applyPolicy, world.people.admin, { document: { v: 1, standing: [{ name: 'releases', purpose: 'deployment', environments: ['production'] }] }, reason })
    const run = await seedStartedRun(world, { purpose: 'deployment', steps: [{ key: 'a' }], locks: { exclusive: ['name:dns'], shared: ['target:production/payments/eu'] } })
    expect(await db().lockShare.count({ where: { ownerId: run.runId } })).toBe(1)
    await execute(breakLock, world.people.admin, { name: 'target:production/payments/eu', reason: 'payments has to move now' })
    expect((await execute(leaseStep, world.agents.eu, { stepId: id(run, 'a') })).lease).toBeNull()
    expect(await runNow(run)).toMatchObject({ status: 'paused', because: expect.stringContaining('a lock that this run needs was taken away') })

    const other = { kind: 'run', id: newId() }
    await execute(takeLocks, system('test'), { names: ['target:production/payments/eu'], owner: other, reason: 'payments back to 1.0.0', projectId: world.projectId })
    await expect(execute(resumeRun, world.people.commander, { runId: run.runId })).rejects.toMatchObject({ code: 'locked', message: expect.stringContaining('payments back to 1.0.0') })
    expect((await runNow(run)).status).toBe('paused')
    await execute(releaseLocks, system('test'), { owner: other })
    await execute(resumeRun, world.people.commander, { runId: run.runId })
    expect((await execute(leaseStep, world.agents.eu, { stepId: id(run, 'a') })).lease).not.toBeNull()
  })
})

test('a plan that is stored cannot be changed: its hash is reckoned once', async () => {
  const run = await begin([{ key: 'a' }])
  await expect(db().plan.update({ where: { id: run.planId }, data: { document: {} } })).rejects.toThrow(/its rows never change/)
  await expect(db().plan.update({ where: { id: run.planId }, data: { hash: 'sha256:0' } })).rejects.toThrow(/its rows never change/)
})
