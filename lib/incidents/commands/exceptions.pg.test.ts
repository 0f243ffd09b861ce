import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/platform/actor.ts'
import { system } from '#lib/platform/actor.ts'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { abortRun } from '#lib/orchestration/commands/steer-run.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seatPerson, withConsequences } from '#tests/support/incident.ts'
import type { SeededRun } from '#tests/support/run.ts'
import { seedStartedRun } from '#tests/support/run.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedWorld } from '#tests/support/world.ts'
import { exceptionList } from '../queries/exceptions.ts'
import { incidentView } from '../queries/incident.ts'
import { situationView } from '../queries/situation.ts'
import { reactions } from '../reactions.ts'
import { assignException } from './assign-exception.ts'
import { clearException } from './clear-exception.ts'
import { closeIncident } from './close-incident.ts'
import { recordExceptions } from './record-exceptions.ts'

let world: World
let incident: { id: string; number: number }
let run: SeededRun

beforeAll(async () => void (await freshDatabase()))

/** A rollback behind a drain: traffic is closed, and the switch has failed. */
beforeEach(async () => {
  world = await seedWorld()
  incident = await seedIncident(world)
  run = await seedStartedRun(world, {
    incidentId: incident.id,
    moves: ['checkout/eu'],
    steps: [
      { key: 'drain:checkout:eu', role: 'drain', kind: 'proxy' },
      { key: 'deploy:checkout:eu', after: ['drain:checkout:eu'] },
      { key: 'open:checkout:eu', role: 'open', kind: 'proxy', after: ['deploy:checkout:eu'] },
    ],
  })
  await db().step.update({ where: { id: run.steps['drain:checkout:eu'] ?? '' }, data: { status: 'succeeded', attempt: 1 } })
  await db().step.update({ where: { id: run.steps['deploy:checkout:eu'] ?? '' }, data: { status: 'failed', attempt: 1, because: 'exit 1' } })
})

const seated = () => seatPerson(world, incident.id, world.people.commander.id)
/** The commander ends it half-way, and what follows by itself follows. */
async function endIt(): Promise<void> {
  if (!(await db().seat.count({ where: { scopeId: incident.id } }))) await seated()
  await withConsequences(reactions, () => execute(abortRun, world.people.commander, { runId: run.runId, reason: 'not like this' }))
}
const left = () => db().exception.findMany({ where: { runId: run.runId }, orderBy: { what: 'asc' } })
const first = async (): Promise<string> => (await left())[0]?.id ?? ''
const inADay = (): string => new Date(Date.now() + 86_400_000).toISOString()
const assign = (exceptionId: string, actor: Actor = world.people.responder, over: object = {}) => execute(assignException, actor, { exceptionId, ownerId: world.people.responder.id, expiresAt: inADay(), ...over })
const clear = (exceptionId: string, actor: Actor = world.people.responder) => execute(clearException, actor, { exceptionId, how: 'opened it by hand' })
const traces = async (action: string): Promise<[number, number]> => [await db().auditRecord.count({ where: { action, projectId: world.projectId } }), await db().outbox.count({ where: { name: 'exception.changed', projectId: world.projectId } })]

describe('a run that is over', () => {
  test('has what it left listed, once, for a day, as the commander’s', async () => {
    const before = Date.now()
    await endIt()
    expect((await left()).map(({ what, stepKey, ownerId }) => ({ what, stepKey, ownerId }))).toEqual([
      { what: 'deploy:checkout:eu failed: exit 1', stepKey: 'deploy:checkout:eu', ownerId: world.people.commander.id },
      { what: 'the traffic of checkout in eu is closed', stepKey: 'drain:checkout:eu', ownerId: world.people.commander.id },
    ])
    for (const one of await left()) expect(one.expiresAt.getTime() - before).toBeGreaterThan(86_000_000)
    expect(await traces('exception.record')).toEqual([1, 2])
    expect(await execute(recordExceptions, system('test'), { runId: run.runId })).toEqual({ exceptions: 0 })
    const { data } = await ask(incidentView, world.people.viewer, { number: incident.number })
    expect(data.exceptions.map((one) => one.owner?.name)).toEqual(['commander', 'commander'])
    expect(data.timeline.map((entry) => entry.sentence)).toContain('Left abnormal: deploy:checkout:eu failed: exit 1; the traffic of checkout in eu is closed')
  })

  test('under way has nothing listed', async () => {
    expect(await execute(recordExceptions, system('test'), { runId: run.runId })).toEqual({ exceptions: 0 })
    await expect(execute(recordExceptions, system('test'), { runId: newId() })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is seen by everybody of the project on the situation page and in the list, and by nobody else', async () => {
    await endIt()
    expect((await ask(situationView, world.people.viewer, {})).data.exceptions).toHaveLength(2)
    expect((await ask(exceptionList, world.people.viewer, { environment: 'production' })).data).toHaveLength(2)
    expect((await ask(exceptionList, world.people.viewer, { environment: 'staging' })).data).toEqual([])
    expect((await ask(exceptionList, world.stranger, {})).data).toEqual([])
  })
})

describe('closing the incident', () => {
  const close = () => execute(closeIncident, world.people.commander, { incidentId: incident.id, reason: 'all is well' })
  beforeEach(async () => {
    await endIt()
    await db().exception.updateMany({ where: { runId: run.runId }, data: { ownerId: null } })
    await db().incident.update({ where: { id: incident.id }, data: { status: 'resolved' } })
  })

  test('is refused while something left abnormal is nobody’s, in the words that the button shows', async () => {
    const { data } = await ask(incidentView, world.people.viewer, { number: incident.number })
    const because = 'something is left abnormal and belongs to nobody: deploy:checkout:eu failed: exit 1 (and 1 more); give it an owner or put it right'
    expect(data.closable).toEqual({ ok: false, because })
    await expect(close()).rejects.toMatchObject({ code: 'conflict', message: because })
  })

  test('goes through when each is somebody’s or put right', async () => {
    const [one, other] = await left()
    await assign(one?.id ?? '')
    await clear(other?.id ?? '')
    await close()
    expect(await db().incident.findUnique({ where: { id: incident.id } })).toMatchObject({ status: 'closed' })
    // What belongs to somebody outlives its incident.
    expect((await ask(situationView, world.people.viewer, {})).data.exceptions).toMatchObject([{ owner: { name: 'responder' } }])
  })
})

describe('an exception', () => {
  beforeEach(endIt)

  test('is given to somebody until a moment, with a record and an event', async () => {
    const id = await first()
    await assign(id)
    expect(await db().exception.findUnique({ where: { id } })).toMatchObject({ ownerId: world.people.responder.id, version: 2 })
    expect(await traces('exception.assign')).toEqual([1, 3])
  })

  test('is put right once, by whoever says how; of many at once one', async () => {
    const id = await first()
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => clear(id)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1)
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict' })
    expect(await traces('exception.clear')).toEqual([1, 3])
    expect((await ask(incidentView, world.people.viewer, { number: incident.number })).data.exceptions.at(-1)).toMatchObject({ cleared: { by: 'responder', how: 'opened it by hand' } })
    await expect(assign(id)).rejects.toMatchObject({ code: 'conflict', message: 'it has been put right already' })
  })

  test.each<[string, (id: string) => Promise<unknown>, string]>([
    ['given by a viewer', (id) => assign(id, world.people.viewer), 'forbidden'],
    ['given by a stranger', (id) => assign(id, world.stranger), 'not_found'],
    ['given to a stranger', (id) => assign(id, undefined, { ownerId: world.stranger.id }), 'invalid'],
    ['given to somebody who does not exist', (id) => assign(id, undefined, { ownerId: newId() }), 'invalid'],
    ['until yesterday', (id) => assign(id, undefined, { expiresAt: '2020-01-01T00:00:00Z' }), 'invalid'],
    ['for ever', (id) => assign(id, undefined, { expiresAt: '2099-01-01T00:00:00Z' }), 'invalid'],
    ['that does not exist', () => assign(newId()), 'not_found'],
    ['put right by a viewer', (id) => clear(id, world.people.viewer), 'forbidden'],
    ['put right by a stranger', (id) => clear(id, world.stranger), 'not_found'],
    ['put right by a pipeline', (id) => clear(id, world.pipeline), 'forbidden'],
  ])('%s is refused', async (_how, attempt, code) => {
    await expect(attempt(await first())).rejects.toMatchObject({ code })
    expect(await db().exception.findUnique({ where: { id: await first() } })).toMatchObject({ version: 1, clearedAt: null })
  })
})
