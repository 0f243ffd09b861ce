import { beforeAll, describe, expect, test } from 'vitest'
import type { OperationName } from '#lib/client/routes.ts'
import { routes } from '#lib/client/routes.ts'
import { apiDocument } from '#lib/openapi.ts'
import { newId } from '#lib/platform/id.ts'
import type { Role } from '#lib/platform/may.ts'
import { openSession } from '#lib/platform/session.ts'
import { operations } from '#lib/wiring.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { Sender } from '#tests/support/http.ts'
import { byKey, bySession, byToken, nobody, routeFiles, send } from '#tests/support/http.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedPerson, seedRelease, seedWorld } from '#tests/support/world.ts'

/* The list comes from the routes themselves: a route without a line here fails, so that none is forgotten. */

interface Case {
  /** Somebody who may. */
  by: Role | 'agent' | 'pipeline' | 'anybody'
  /** An input of the right shape; what it names does not exist. */
  input: Record<string, unknown>
  /** What such an input answers: 404, or 200 where it names nothing. */
  answers: number
}

const id = newId()
const digest = digestOf('nothing')
const reason = 'because of a test'
const gone = (by: Case['by'], input: Record<string, unknown>): Case => ({ by, input, answers: 404 })
const fine = (by: Case['by'], input: Record<string, unknown> = {}, answers = 200): Case => ({ by, input, answers })

const cases: Record<OperationName, Case> = {
  'api.document': fine('anybody'),
  'me.view': fine('viewer'),
  'person.add': fine('admin', { email: 'new@example.test', name: 'New', grants: [{ role: 'viewer' }] }, 201),
  'person.disable': gone('admin', { personId: id, reason }),
  'person.sign-out': gone('admin', { personId: id, reason }),
  'me.security': fine('viewer'),
  'factor.enrol': fine('viewer', { name: 'my phone' }, 201),
  'factor.confirm': gone('viewer', { factorId: id, code: '123456' }),
  // Who has no second factor has nothing to prove with.
  'factor.prove': fine('viewer', { code: '123456' }, 409),
  'factor.remove': gone('viewer', { factorId: id }),
  'factor.reset': gone('admin', { personId: id, reason }),
  'session.end': gone('viewer', { sessionId: id }),
  'session.end-all': fine('support'),
  'step-up.require': fine('admin', { of: 'enrolled' }),
  'token.create': fine('admin', { name: 'ci', scopes: ['release.read'] }, 201),
  'token.revoke': gone('admin', { tokenId: id }),
  'catalog.apply': fine('admin', { teams: [{ slug: 'extra', name: 'Extra' }] }),
  'fleet.view': fine('viewer'),
  'policy.apply': fine('admin', { document: { v: 1 }, reason }),
  'decision.view': gone('viewer', { decisionId: id }),
  'decision.object': gone('responder', { decisionId: id, planHash: digest, reason }),
  'policy.view': fine('viewer'),
  'policy.try': gone('viewer', { environment: 'nowhere' }),
  'approval.list': fine('viewer'),
  'approval.vote': gone('approver', { requestId: id, vote: 'approve', planHash: digest }),
  'approval.withdraw': gone('responder', { requestId: id }),
  'seat.take': gone('commander', { incidentId: id, term: 0 }),
  'seat.leave': gone('commander', { incidentId: id }),
  'seat.offer': gone('commander', { incidentId: id, term: 1, toId: id }),
  'seat.accept': gone('commander', { offerId: id, digest, readBack: [] }),
  'seat.end-offer': gone('commander', { offerId: id, reason }),
  'hand-over.view': gone('viewer', { number: 4_711 }),
  'incident.reopen': gone('responder', { incidentId: id, reason }),
  'record.list': fine('auditor'),
  'record.heads': fine('auditor'),
  'record.alarms': fine('viewer'),
  'record.consistency': gone('auditor', { from: 4_711 }),
  'record.export': fine('auditor'),
  'record.receipt': gone('auditor', { recordId: id }),
  'approval.receipt': gone('viewer', { requestId: id }),
  'release.register': gone('pipeline', { service: 'nothing', version: '1.0.0', digest, url: 'https://example.test/a.tgz' }),
  'release.list': fine('viewer'),
  'release.view': gone('viewer', { releaseId: id }),
  'deployment.request': gone('pipeline', { service: 'nothing', version: '1.0.0', environment: 'production' }),
  'deployment.view': gone('viewer', { deploymentId: id }),
  'exception.list': fine('viewer'),
  'exception.assign': gone('responder', { exceptionId: id, ownerId: id, expiresAt: new Date(Date.now() + 3_600_000).toISOString() }),
  'exception.clear': gone('responder', { exceptionId: id, how: reason }),
  'release.quarantine': gone('responder', { releaseId: id, reason }),
  'release.lift-quarantine': gone('commander', { releaseId: id, reason }),
  'target.choices': gone('viewer', { service: 'nothing', environment: 'production' }),
  'target.adopt': gone('admin', { environment: 'production', service: 'nothing', version: '1.0.0', reason }),
  'criteria.apply': fine('admin', { name: 'shop', document: { v: 1, environments: ['production'], services: ['*'], rules: [{ name: 'errors', signal: 'error-ratio', limit: 0.1, windowSeconds: 20, severity: 'SEV1', action: 'notify' }] }, reason }),
  'criteria.list': fine('viewer'),
  'breach.list': fine('viewer'),
  'playbook.schema': fine('anybody'),
  'playbook.list': fine('viewer'),
  'playbook.apply': fine('admin', { text: 'v: 1\nname: look\nsteps:\n  - { id: look, kind: validate }\n', reason }),
  'playbook.dry-run': gone('viewer', { name: 'nothing', environment: 'nowhere', services: ['checkout'] }),
  'playbook.view': gone('viewer', { name: 'nothing' }),
  'playbook.retire': gone('admin', { name: 'nothing', reason }),
  'enrolment.create': gone('admin', { environment: 'nowhere', region: 'eu' }),
  // A token that nobody made is a credential that is not good.
  'agent.enrol': fine('anybody', { v: 1, token: 'kge_nothing-at-all', name: 'eu-9', publicKey: Buffer.alloc(32, 1).toString('base64url'), stepKinds: ['stage'] }, 401),
  'agent.list': fine('viewer'),
  'agent.revoke': gone('admin', { agentId: id, reason }),
  'agent.heartbeat': fine('agent', { v: 1, stepKinds: ['stage'], working: [], observations: [] }),
  'agent.samples': fine('agent', { v: 1, samples: [] }),
  'agent.lease': fine('agent', { v: 1, waitMs: 0 }),
  'step.renew': gone('agent', { v: 1, stepId: id, epoch: 1 }),
  'step.append-log': gone('agent', { v: 1, stepId: id, epoch: 1, lines: [] }),
  'step.complete': gone('agent', { v: 1, stepId: id, epoch: 1, outcome: 'succeeded', because: null, result: null, want: false }),
  'plan.propose': gone('responder', { incidentId: null, environment: 'nowhere', services: ['checkout'] }),
  'plan.view': gone('viewer', { planId: id }),
  'plan.submit': gone('responder', { planId: id, hash: digest }),
  'run.start': gone('commander', { planId: id, hash: digest }),
  'run.view': gone('viewer', { runId: id }),
  'run.pause': gone('commander', { runId: id, reason }),
  'run.resume': gone('commander', { runId: id }),
  'run.abort': gone('commander', { runId: id, reason }),
  'run.stop': gone('responder', { runId: id, reason }),
  'run.compensate': gone('commander', { runId: id, reason }),
  'lock.list': fine('viewer'),
  'lock.break': gone('admin', { name: 'target:nothing', reason: 'because of a test' }),
  'step.log': gone('viewer', { stepId: id }),
  'step.retry': gone('commander', { stepId: id, reason }),
  'step.skip': gone('commander', { stepId: id, reason }),
  'step.settle': gone('commander', { stepId: id, happened: true, reason }),
  'step.confirm': gone('commander', { stepId: id, word: reason }),
  'step.approve': gone('approver', { stepId: id, word: reason }),
  'situation.view': fine('viewer'),
  'board.view': fine('viewer'),
  'incident.list': fine('viewer'),
  'incident.declare': gone('responder', { title: 'Something is wrong', severity: 'SEV2', environment: 'nowhere', services: ['checkout'] }),
  'incident.view': gone('viewer', { number: 4_711 }),
  'incident.note': gone('responder', { incidentId: id, text: 'a note' }),
  'incident.classify': gone('responder', { incidentId: id, severity: 'SEV3', reason }),
  'incident.resolve': gone('commander', { incidentId: id, reason }),
  'incident.close': gone('commander', { incidentId: id, reason }),
  'on-call.apply': gone('admin', { team: 'nobodys', people: [] }),
  'update.list': fine('viewer'),
  'update.draft': gone('responder', { incidentId: id, audience: 'support', phase: 'investigating', text: 'We are looking into it.' }),
  'update.approve': gone('spokesperson', { updateId: id, textDigest: digest }),
  'update.publish': gone('spokesperson', { updateId: id, textDigest: digest }),
  'update.withdraw': gone('responder', { updateId: id }),
  'notification.mine': fine('viewer'),
  'notification.see': gone('viewer', { notificationId: id }),
  'status.view': fine('anybody'),
  'status.components': fine('admin', { components: [] }),
}

const names = Object.keys(routes) as OperationName[]
const isWrite = (name: OperationName): boolean => !routes[name].startsWith('GET')
const needsNoRole = (name: OperationName): boolean => (operations as Record<string, { permission: string }>)[name]?.permission === 'signed-in'
const isPublic = (name: OperationName): boolean => ([...Object.values(operations), apiDocument].find((operation) => operation.name === name)?.permission ?? '') === 'public'

let world: World
let senders: Record<Exclude<Case['by'], 'anybody'>, Sender>
let outsider: Sender
const senderOf = (name: OperationName): Sender => (cases[name].by === 'anybody' ? nobody : senders[cases[name].by])

beforeAll(async () => {
  await freshDatabase()
  world = await seedWorld()
  await seedRelease(world, 'checkout', '1.4.2')
  await seedIncident(world, 'canary in the title')
  senders = { ...(Object.fromEntries(Object.entries(world.people).map(([role, person]) => [role, bySession(person)])) as Record<Role, Sender>), agent: await byKey(world.agents.eu.id), pipeline: nobody }
  // They sign out everywhere: a session for each time.
  const { support } = world.people
  senders.support = { headers: async (...request) => bySession({ ...support, sessionId: await openSession(support.id, 'test') }).headers(...request) }
  const made = await send('token.create', senders.admin, { name: 'pipeline', scopes: ['release.register', 'deployment.request'] })
  senders.pipeline = byToken(String(made.body['token']))
  outsider = bySession(await seedPerson(world.projectId, [], 'outsider'))
})

test('every route file has its operation, every operation its route file, and each a line above', () => {
  expect(routeFiles().sort()).toEqual([...new Set(names.map((name) => `app${routes[name].split(' ')[1]?.replace(/:(\w+)/g, '[$1]')}/route.ts`))].sort())
  expect([...Object.keys(operations), 'api.document'].sort()).toEqual([...names].sort())
})

describe.each(names)('%s', (name) => {
  const { input, answers } = cases[name]

  test('answers an input of the right shape', async () => {
    const answer = await send(name, senderOf(name), input)
    expect(answer.status, answer.text).toBe(answers)
    if (answers >= 400) expect(answer).toMatchObject({ type: expect.stringContaining('application/problem+json') as string, body: { detail: expect.stringMatching(/\w+ \w+/) as string } })
  })

  if (isWrite(name)) test('answers what is not JSON with 400, and what does not say that it is with 415', async () => {
    const sender = senderOf(name)
    expect((await send(name, sender, input, { raw: '{"half":' })).body).toMatchObject({ status: 400, code: 'malformed' })
    expect((await send(name, sender, input, { type: 'text/plain' })).body).toMatchObject({ status: 415 })
    expect((await send(name, sender, input, { raw: '[]' })).body).toMatchObject({ status: 422 })
    expect((await send(name, sender, input, { raw: `${'{"a":'.repeat(70)}1${'}'.repeat(70)}` })).status).toBe(413)
  })

  test('names a field that does not exist, with 422', async () => {
    const answer = await send(name, senderOf(name), { ...input, nonsense: 1 })
    expect(answer.body, answer.text).toMatchObject({ status: 422, code: 'invalid', fields: [{ field: 'nonsense' }] })
  })

  if (isWrite(name) && Object.keys(input).length > 0) test('names a field of the wrong type, with 422', async () => {
    for (const field of Object.keys(input)) {
      const answer = await send(name, senderOf(name), { ...input, [field]: [{ wrong: true }] })
      expect(answer.status, `${field}: ${answer.text}`).toBe(422)
      expect((answer.body['fields'] as { field: string }[]).some((problem) => problem.field === field || problem.field.startsWith(`${field}.`)), answer.text).toBe(true)
    }
  })

  if (!(isPublic(name))) test('answers 401 without a credential, with a forged one and with one that is not a session', async () => {
    expect((await send(name, nobody, input)).body).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect((await send(name, byToken('kgt_made-up'), input)).status).toBe(401)
    expect((await send(name, { headers: async () => ({ authorization: `Agent ${id}.${Date.now()}.AAAA` }) }, input)).status).toBe(401)
  })

  if (!(isPublic(name) || needsNoRole(name) || ['notification.mine', 'notification.see'].includes(name))) test('answers 403, or 404 where existence is secret, without the right', async () => {
    const answer = await send(name, outsider, input)
    expect([403, 404], answer.text).toContain(answer.status)
    if (!isWrite(name) && answers === 200) expect(answer.status).toBe(403)
  })

  if (isWrite(name) && !isPublic(name) && !['agent', 'pipeline'].includes(cases[name].by)) test('is refused when another site sends it with our cookie', async () => {
    const sender: Sender = { headers: async (...request) => ({ ...(await senderOf(name).headers(...request)), origin: 'https://evil.example' }) }
    expect((await send(name, sender, input)).body).toMatchObject({ status: 403 })
  })
})

test.each(names.filter((name) => !isWrite(name) && cases[name].answers === 200 && !isPublic(name)))('%s shows an administrator of another project nothing of ours', async (name) => {
  const { text } = await send(name, bySession(world.stranger))
  for (const canary of ['canary in the title', 'checkout', world.projectId, world.environmentId]) expect(text).not.toContain(canary)
})

test('the loser of a race is told with 409 what changed', async () => {
  const { id: incidentId } = await seedIncident(world, 'raced')
  const [first, second] = await Promise.all([send('seat.take', bySession(world.people.commander), { incidentId, term: 0 }), send('seat.take', bySession(world.secondCommander), { incidentId, term: 0 })])
  const [won, lost] = first.status === 200 ? [first, second] : [second, first]
  expect(won.status).toBe(200)
  expect(lost.body).toMatchObject({ status: 409, term: 1, holderId: first.status === 200 ? world.people.commander.id : world.secondCommander.id })
})

test('a repeated Idempotency-Key is done once and answers the same; with another body it is refused', async () => {
  const keyed: Sender = { headers: async (...request) => ({ ...(await senders.responder.headers(...request)), 'idempotency-key': 'declare-1' }) }
  const input = { title: 'Once only', severity: 'SEV3', environment: 'production', services: ['checkout'] }
  const once = await send('incident.declare', keyed, input)
  expect(once.status, once.text).toBe(201)
  expect((await send('incident.declare', keyed, input)).body).toEqual(once.body)
  expect((await send('incident.declare', keyed, { ...input, title: 'Another' })).status).toBe(422)
})
