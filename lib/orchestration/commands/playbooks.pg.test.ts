import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { execute } from '#lib/platform/command.ts'
import { db } from '#lib/platform/db.ts'
import { ask } from '#lib/platform/query.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { seedBreach } from '#tests/support/incident.ts'
import type { World } from '#tests/support/world.ts'
import { seedIncident, seedRelease, seedWorld, seeRunning } from '#tests/support/world.ts'
import type { PlanDocument } from '../model.ts'
import { playbookList, playbookView } from '../queries/playbooks.ts'
import { applyPlaybook } from './apply-playbook.ts'
import { dryRunPlaybook } from './dry-run-playbook.ts'
import { proposePlan } from './propose-plan.ts'
import { retirePlaybook } from './retire-playbook.ts'
import { submitPlan } from './submit-plan.ts'

const example = (name: string): string => readFileSync(join(import.meta.dirname, `../../../docs/examples/playbooks/${name}.yaml`), 'utf8')
const text = (say: string, name = 'tell'): string => `v: 1\nname: ${name}\nsteps:\n  - { id: tell, kind: notify, with: { say: "${say}" } }\n`

let world: World
let incidentId: string
const reason = 'as we agreed'

beforeAll(async () => void (await freshDatabase()))
beforeEach(async () => {
  world = await seedWorld()
  incidentId = (await seedIncident(world)).id
  const good = await seedRelease(world, 'checkout', '1.4.2')
  const bad = await seedRelease(world, 'checkout', '1.5.0')
  for (const region of ['eu', 'us'] as const) {
    await seeRunning(world.targets[`checkout/${region}`], bad.digest, '1.5.0')
    await db().target.update({ where: { id: world.targets[`checkout/${region}`] }, data: { lastKnownGoodReleaseId: good.id } })
  }
})

const apply = (content: string) => execute(applyPlaybook, world.people.admin, { text: content, reason })
const propose = (over: object = {}) => execute(proposePlan, world.people.responder, { incidentId, environment: 'production', services: ['checkout'], ...over })
const documentOf = async (planId: string | null): Promise<PlanDocument> => (await db().plan.findUniqueOrThrow({ where: { id: planId ?? '' } })).document as unknown as PlanDocument
const keys = (document: PlanDocument): string[] => document.steps.filter((step) => step.role === 'playbook').map((step) => step.key)

describe('playbooks', () => {
  test('are revisions: the same text again is no news, another is the next one, each with what it changed', async () => {
    expect(await apply(text('one'))).toMatchObject({ name: 'tell', revision: 1, changed: true })
    expect(await apply(text('one'))).toMatchObject({ revision: 1, changed: false })
    expect(await apply(text('two'))).toMatchObject({ revision: 2, changed: true })
    const { data } = await ask(playbookView, world.people.viewer, { name: 'tell' })
    expect(data).toMatchObject({ revision: 2, author: 'admin', reason, text: text('two'), kinds: ['notify'], retiredAt: null })
    expect(data.revisions.map((one) => one.diff?.filter((line) => line.sign !== ' ').map((line) => line.sign) ?? null)).toEqual([['-', '+'], null])
    expect(await db().outbox.count({ where: { projectId: world.projectId, name: 'playbook.changed' } })).toBe(2)
    expect(await db().auditRecord.count({ where: { projectId: world.projectId, action: 'playbook.apply' } })).toBe(2)
  })

  test('applied at the same time become revisions one after the other', async () => {
    expect((await Promise.all(['a', 'b', 'c', 'd'].map((say) => apply(text(say))))).map((one) => one.revision).sort()).toEqual([1, 2, 3, 4])
  })

  test('with faults are refused with every line and column, and nothing is kept', async () => {
    await expect(apply('v: 1\nname: p\nsteps:\n  - { id: a, kind: htpp, with: {} }\n  - { id: b, kind: validate, after: [c] }\n')).rejects.toMatchObject({
      code: 'invalid', message: 'text: line 4:20: steps.0.kind: there is no kind `htpp` here; did you mean http? (and 1 more)',
      detail: { fields: [{ field: 'text', message: '4:20: steps.0.kind: there is no kind `htpp` here; did you mean http?' }, { field: 'text' }], problems: [{ line: 4, column: 20 }, { line: 5, column: 38 }] },
    })
    expect(await db().playbook.count({ where: { projectId: world.projectId } })).toBe(0)
  })

  test('are for administrators, and not seen from another project', async () => {
    await expect(execute(applyPlaybook, world.people.commander, { text: text('x'), reason })).rejects.toMatchObject({ code: 'forbidden' })
    await apply(text('x'))
    expect((await ask(playbookList, world.stranger, {})).data).toEqual([])
    await expect(ask(playbookView, world.stranger, { name: 'tell' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(execute(retirePlaybook, world.stranger, { name: 'tell', reason })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('are never edited, not even by hand', async () => {
    await apply(text('x'))
    await expect(db().$executeRaw`update playbook_revision set text = 'other'`).rejects.toThrow(/permission denied|refused/)
  })

  test('out of use are used by nobody, and come back with the next revision', async () => {
    await apply(text('x'))
    const [first, second] = await Promise.allSettled([1, 2].map(() => execute(retirePlaybook, world.people.admin, { name: 'tell', reason })))
    expect([first?.status, second?.status].sort()).toEqual(['fulfilled', 'rejected'])
    await expect(propose({ playbook: { name: 'tell' } })).rejects.toMatchObject({ code: 'not_found', message: 'there is no playbook tell in force' })
    expect((await ask(playbookList, world.people.viewer, {})).data).toMatchObject([{ name: 'tell', retiredAt: expect.any(String) as string }])
    expect(await apply(text('x'))).toMatchObject({ revision: 2, changed: true })
    expect((await propose({ playbook: { name: 'tell' } })).planId).toBeTruthy()
  })
})

/** The incident with a breach of this signal. */
async function broken(signal: string): Promise<void> {
  const breach = await seedBreach(world, 'checkout/eu')
  await db().$executeRaw`update breach set incident_id = ${incidentId}::uuid, evidence = jsonb_set(evidence, '{signal}', to_jsonb(${signal}::text)) where id = ${breach.id}::uuid`
}

describe('a proposal', () => {
  test.each([
    ['error-ratio', ['playbook:hold-argo:eu', 'playbook:hold-argo:us', 'playbook:look', 'playbook:release-argo:eu', 'playbook:release-argo:us', 'playbook:tell']],
    ['latency-p95', ['playbook:hold-argo:eu', 'playbook:hold-argo:us', 'playbook:look', 'playbook:recommendations-off', 'playbook:release-argo:eu', 'playbook:release-argo:us', 'playbook:tell']],
    ['data-invariant', ['playbook:data-is-right', 'playbook:hold-argo:eu', 'playbook:hold-argo:us', 'playbook:keep-a-copy', 'playbook:look', 'playbook:stop-writes', 'playbook:tell']],
  ])('takes the branch of the one playbook that %s asks for, around the proven moves', async (signal, expected) => {
    await apply(example('roll-back-with-care'))
    await broken(signal)
    const document = await documentOf((await propose()).planId)
    expect(keys(document).sort()).toEqual(expected)
    expect(document.playbook).toMatchObject({ name: 'roll-back-with-care', revision: 1 })
    expect(document.moves.map((move) => move.region).sort()).toEqual(['eu', 'us'])
    expect(document.notes.some((note) => note.startsWith('the playbook roll-back-with-care r1 is used, because `situation.purpose'))).toBe(true)
    expect(document.locks.exclusive).toContain('argocd')
  })

  test('for which no playbook is there is the moves alone, and so is one that asks for none', async () => {
    await apply(example('roll-back-with-care'))
    expect((await documentOf((await propose()).planId)).playbook).toBeNull()
    await broken('error-ratio')
    expect((await documentOf((await propose()).planId)).playbook).not.toBeNull()
    expect((await documentOf((await propose({ playbook: null })).planId)).playbook).toBeNull()
  })

  test('goes by what a person says is wrong rather than by the signals', async () => {
    await apply(example('roll-back-with-care'))
    await broken('error-ratio')
    expect(keys(await documentOf((await propose({ failure: 'data' })).planId))).toContain('playbook:stop-writes')
  })

  test('made twice is the same plan: votes already cast stay good', async () => {
    await apply(example('roll-back-with-care'))
    await broken('error-ratio')
    const [first, again] = [await propose(), await propose()]
    expect(again).toEqual(first)
    await db().$executeRaw`update breach set closed_at = now() where incident_id = ${incidentId}::uuid`
    expect(await propose()).toEqual(first)
  })

  test('takes the first by name where several fit, and says what it passed over', async () => {
    const fitting = (name: string, more = ''): string => `v: 1\nname: ${name}\nwhen: situation.tier == 1\n${more}steps:\n  - { id: ${name}, kind: validate }\n`
    for (const content of [fitting('b'), fitting('a'), fitting('c', 'params: { ticket: { type: string, required: true, describe: The ticket } }\n'), fitting('d').replace('situation.tier == 1', 'situation.services[3] == "x"')]) await apply(content)
    const document = await documentOf((await propose()).planId)
    expect(document.playbook?.name).toBe('a')
    expect(document.notes.filter((note) => note.startsWith('the playbook'))).toEqual([
      'the playbook a r1 is used, because `situation.tier == 1` holds; b r1 would fit as well, and the first by name is taken',
      'the playbook c r1 would fit and is passed over: the parameter ticket is missing: The ticket',
      expect.stringMatching(/^the playbook d r1 is passed over: its condition cannot be decided/),
    ])
  })

  test('with a playbook that cannot be used is no plan, and says which and why', async () => {
    await apply(example('turn-off-and-watch'))
    expect(await propose({ playbook: { name: 'turn-off-and-watch' } })).toMatchObject({ planId: null, because: 'the playbook turn-off-and-watch r1 cannot be used here: the parameter flag is missing: The flag to turn off' })
  })

  test('that moves nothing is a plan even where there is nothing to go back to, and is put to the vote', async () => {
    await apply(example('turn-off-and-watch'))
    await db().target.updateMany({ where: { projectId: world.projectId }, data: { lastKnownGoodReleaseId: null } })
    const { planId, hash } = await propose({ playbook: { name: 'turn-off-and-watch', params: { flag: 'recommendations' } } })
    expect(await documentOf(planId)).toMatchObject({ moves: [], leaves: [{ what: expect.stringContaining('recommendations is off') as string }] })
    await execute(submitPlan, world.people.responder, { planId: planId ?? '', hash: hash ?? '' })
    expect(await db().approvalRequest.findFirst({ where: { planId: planId ?? '' } })).toMatchObject({ sentence: 'turn-off-and-watch r1: off, forget, settle, enough', serviceIds: [world.services.checkout] })
  })
})

describe('a dry run', () => {
  const dryRun = (over: object) => execute(dryRunPlaybook, world.people.viewer, { environment: 'production', services: ['checkout'], ...over })

  test('shows each step with its values and who may take it, what is left out and why, and writes nothing', async () => {
    await db().agent.updateMany({ where: { projectId: world.projectId, name: 'agent-eu' }, data: { stepKinds: ['stage', 'deploy', 'verify', 'hold-reconciler'], lastSeenAt: new Date() } })
    const before = await db().auditRecord.count()
    const view = await dryRun({ text: example('roll-back-with-care'), failure: 'latency', params: { ticket: 'OPS-7' } })
    expect(view).toMatchObject({ ok: true, because: null, playbook: { name: 'roll-back-with-care', revision: 0 }, proof: { holds: true } })
    const step = (key: string) => view.steps.find((one) => one.key === key)
    expect(step('playbook:hold-argo:eu')).toMatchObject({ region: 'eu', by: ['agent-eu'], params: { via: 'argocd', hold: true, application: 'checkout-eu' }, timeoutMs: 30_000, retry: { times: 3 }, compensate: { kind: 'hold-reconciler', params: { hold: false } } })
    expect(step('playbook:hold-argo:us')?.by).toEqual([])
    expect(step('playbook:tell')).toMatchObject({ by: null, params: { say: 'checkout goes back from 1.5.0 to 1.4.2 (latency, ticket OPS-7)' } })
    expect(step('stage:checkout:eu')?.after).toContainEqual({ from: 'playbook:hold-argo:eu', because: 'the playbook roll-back-with-care r0 says so: every move comes after hold-argo' })
    expect(view.leftOut).toContainEqual({ step: 'stop-writes', region: '', because: '`situation.failure == "data"` is false' })
    expect(view.locks).toContain('argocd')
    expect(await db().auditRecord.count()).toBe(before)
    expect(await db().plan.count({ where: { projectId: world.projectId } })).toBe(0)
  })

  test('says why there would be no plan, and where a text is wrong', async () => {
    await apply(example('turn-off-and-watch'))
    expect(await dryRun({ name: 'turn-off-and-watch' })).toMatchObject({ ok: false, because: expect.stringContaining('the parameter flag is missing') as string, steps: [] })
    await expect(dryRun({ text: 'v: 1\nname: p\nsteps: []' })).rejects.toMatchObject({ code: 'invalid', message: 'text: line 3:8: steps: at least 1 of them' })
    await expect(dryRun({})).rejects.toMatchObject({ code: 'invalid', detail: { fields: [{ field: 'name', message: 'either the name of a playbook or its text' }] } })
    await expect(dryRun({ name: 'nothing' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
