import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson } from '#tests/support/incident.ts'
import type { StepSketch } from '#tests/support/run.ts'
import { runNow, seedStartedRun, statusesOf, stepNow } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { runView } from '../queries/run.ts'
import { tickRuns } from '../runner.ts'
import { approveStep, confirmStep, retryStep } from './steer-step.ts'
import { resumeRun } from './steer-run.ts'

let world: World

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => void (world = await seedWorld()))

const last: StepSketch = { key: 'last', after: ['it'] }
const began = (kind: StepSketch['kind'] & string, params: Record<string, unknown> = {}, more: StepSketch[] = [last]) =>
  seedStartedRun(world, { startedBy: world.people.commander, moves: ['checkout/eu'], steps: [{ key: 'it', kind, params }, ...more] })
const recordOf = (subjectId: string, action: string) => db().auditRecord.findFirst({ where: { subjectId, action } })

test('barriers cost nothing: the run begins with everything behind them ready', async () => {
  const run = await began('barrier', {}, [{ key: 'b2', kind: 'barrier', after: ['it'] }, { key: 'last', after: ['b2'] }])
  expect(await statusesOf(run)).toEqual({ it: 'succeeded', b2: 'succeeded', last: 'ready' })
})

test('a notice is said once, with its words', async () => {
  const run = await began('notify', { say: 'half way there' })
  expect(await statusesOf(run)).toEqual({ it: 'succeeded', last: 'ready' })
  expect(await db().outbox.findMany({ where: { name: 'step.notice', subject: run.runId } })).toMatchObject([{ data: { key: 'it', say: 'half way there' } }])
})

test('a wait ends when its time is over and not before, by the clock of the database', async () => {
  const run = await began('wait', { ms: 60_000 })
  await tickRuns()
  expect(await statusesOf(run)).toEqual({ it: 'ready', last: 'blocked' })
  await db().step.update({ where: { id: run.steps['it'] as string }, data: { notBefore: new Date(Date.now() - 1) } })
  await Promise.all([tickRuns(), tickRuns()])
  expect(await statusesOf(run)).toEqual({ it: 'succeeded', last: 'ready' })
  expect(await db().outbox.count({ where: { name: 'run.advanced', subject: run.runId } })).toBe(2)
  expect(await recordOf(run.runId, 'run.tick')).not.toBeNull()
})

describe('a manual step', () => {
  const word = 'the valve is closed'

  test('is done when a person says so, and their words are kept', async () => {
    const run = await began('manual', { say: 'close the valve' })
    const { data } = await ask(runView, world.people.viewer, { runId: run.runId })
    expect(data.regions.at(-1)).toMatchObject({ name: 'command center', status: 'working', steps: [{ key: 'it', because: 'waits for a person who does this and says so: close the valve' }] })
    await execute(confirmStep, world.people.commander, { stepId: run.steps['it'] as string, word })
    expect(await statusesOf(run)).toEqual({ it: 'succeeded', last: 'ready' })
    expect(await stepNow(run, 'it')).toMatchObject({ because: 'commander did this: the valve is closed', result: { voices: [{ personId: world.people.commander.id, name: 'commander', word, at: expect.any(String) }] } })
    expect(await recordOf(run.steps['it'] as string, 'step.confirm')).not.toBeNull()
  })

  test('is confirmed once: the second is told that it is done', async () => {
    const run = await began('manual', { say: 'close the valve' })
    const both = await Promise.allSettled([1, 2].map(() => execute(confirmStep, world.people.commander, { stepId: run.steps['it'] as string, word })))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict', message: expect.stringContaining('this step is succeeded') } })
  })

  test('is not for a viewer, nor for somebody who does not hold the seat, nor for a step of another kind', async () => {
    const incident = await seedIncident(world)
    await seatPerson(world, incident.id, world.people.commander.id)
    const run = await seedStartedRun(world, { incidentId: incident.id, steps: [{ key: 'it', kind: 'manual', params: { say: 'look' } }, { key: 'other' }] })
    const stepId = run.steps['it'] as string
    await expect(execute(confirmStep, world.people.viewer, { stepId, word })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(execute(confirmStep, world.secondCommander, { stepId, word })).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('only the seat') })
    await expect(execute(confirmStep, world.people.commander, { stepId: run.steps['other'] as string, word })).rejects.toMatchObject({ code: 'conflict' })
    await expect(execute(confirmStep, world.people.commander, { stepId: newId(), word })).rejects.toMatchObject({ code: 'not_found' })
    expect(await statusesOf(run)).toEqual({ it: 'ready', other: 'ready' })
  })
})

describe('a step that waits for agreement', () => {
  const word = 'the numbers are good'

  test('counts everybody once, and never whoever started the run', async () => {
    const run = await began('approve', { say: 'go on to eu', approvals: 2 })
    const agree = (person: World['people']['approver']) => execute(approveStep, person, { stepId: run.steps['it'] as string, word })
    await expect(agree(world.people.commander)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('you started this run') })
    await expect(agree(world.people.responder)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await agree(world.people.approver)).toEqual({ status: 'ready', have: 1, need: 2 })
    await expect(agree(world.people.approver)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('you have agreed already') })
    expect((await ask(runView, world.people.viewer, { runId: run.runId })).data.regions.at(-1)?.steps[0]?.because).toBe('waits for 1 more who agree, after approver: go on to eu')
    expect(await agree(world.secondApprover)).toEqual({ status: 'succeeded', have: 2, need: 2 })
    expect(await statusesOf(run)).toEqual({ it: 'succeeded', last: 'ready' })
  })
})

describe('a measurement in the middle of a run', () => {
  const judged = async (verdict: string, run: Awaited<ReturnType<typeof began>>) => {
    const { validationId } = await stepNow(run, 'it')
    await db().validation.update({ where: { id: validationId as string }, data: { status: 'done', verdict, finishedAt: new Date() } })
    await tickRuns()
  }

  test('lets the run go on once it passed, and does not speak for the incident', async () => {
    const run = await began('validate')
    expect(await statusesOf(run)).toEqual({ it: 'ready', last: 'blocked' })
    expect(await db().validation.findMany({ where: { runId: run.runId } })).toMatchObject([{ status: 'measuring', stepId: run.steps['it'], incidentId: null }])
    await judged('pass', run)
    expect(await statusesOf(run)).toEqual({ it: 'succeeded', last: 'ready' })
  })

  test.each(['fail', 'no data'])('that ends with %s holds the run; tried again, it measures anew', async (verdict) => {
    const run = await began('validate')
    const first = await stepNow(run, 'it')
    await judged(verdict, run)
    expect(await runNow(run)).toMatchObject({ status: 'paused', because: expect.stringMatching(/^it failed: (what moved is worse|there was too little data)/) })
    await execute(retryStep, world.people.commander, { stepId: run.steps['it'] as string, reason: 'a test' })
    await execute(resumeRun, world.people.commander, { runId: run.runId })
    const second = await stepNow(run, 'it')
    expect(second).toMatchObject({ status: 'ready', validationId: expect.any(String) })
    expect(second.validationId).not.toBe(first.validationId)
  })
})
