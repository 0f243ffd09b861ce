import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import { checkLease } from './check-lease.ts'
import type { Limits } from './check-lease.ts'
import { publicKeyOf } from './key.ts'
import { PlanBook } from './plan-book.ts'
import type { Lease } from './protocol.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const identity = { environment: 'production', region: 'eu', kind: 'real' as const, serverKey: publicKeyOf(privateKey) }
const limits = { identity, allow: ['deploy', 'verify', 'stop', 'shell', 'sql', 'http'], targets: [{ service: 'checkout', cannot: ['stop'] }] }
const digest = `sha256:${'a'.repeat(64)}`
const params = { service: 'checkout', to: { version: '1.4.2', digest, url: 'http://bytes.example/x.tgz' }, from: [`sha256:${'b'.repeat(64)}`], instances: 2 }
const id = '018f0000-0000-7000-8000-000000000001'

/** By an agent that has never seen the plan. */
const checkNew = (lease: Lease, of: Omit<Limits, 'plans'>) => checkLease(lease, { ...of, plans: new PlanBook() })

interface Change {
  step?: Record<string, unknown>
  lease?: Record<string, unknown>
  /** After hashing and signing. */
  late?: (lease: Lease) => void
  signedBy?: typeof privateKey
}

function leaseWith({ step = {}, lease = {}, late, signedBy = privateKey }: Change = {}): Lease {
  const document = { v: 1, steps: [{ key: 'deploy:checkout:eu', kind: 'deploy', environment: 'production', region: 'eu', agentKind: 'real', timeoutMs: 60_000, params, ...step }] }
  const hash = `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`
  const signature = sign(null, Buffer.from(`knowngood-lease-v1\n${id}\n${id}\n7\n${hash}`), signedBy).toString('base64url')
  const made = { v: 1, stepId: id, runId: id, key: 'deploy:checkout:eu', kind: 'deploy', attempt: 1, epoch: 7, leaseMs: 15_000, timeoutMs: 60_000, repeatable: true, again: false, params, plan: { document, hash, signature }, ...lease } as Lease
  const sent = structuredClone(made)
  late?.(sent)
  return sent
}

const shellStep = (params: Record<string, unknown>): Change => ({ step: { kind: 'shell', params }, lease: { kind: 'shell', params } })

test('a step of no service is taken where its kind is allowed, and its check comes along', () => {
  const check = { kind: 'sql', params: { connection: 'orders', statements: [], check: 'select true' } }
  const { step, lease } = shellStep({ command: 'true' })
  expect(checkNew(leaseWith({ step: { ...step, service: null, target: null, repeatable: true, check }, ...(lease ? { lease } : {}) }), limits)).toEqual({ ok: true, step: { kind: 'shell', params: { command: 'true' }, timeoutMs: 60_000, repeatable: true, check } })
})

test('what takes a step back is the approved compensation and nothing else; the step’s own check does not speak of it', () => {
  const compensate = { kind: 'shell', params: { command: 'echo back' } }
  const checked = checkNew(leaseWith({ step: { compensate, check: { kind: 'http', params: { method: 'GET', url: 'http://x/y' } } }, lease: { key: 'undo:deploy:checkout:eu', ...compensate } }), limits)
  expect(checked).toEqual({ ok: true, step: { ...compensate, timeoutMs: 60_000, repeatable: false, check: null } })
})

test('a lease that is as it was approved is taken, with everything from the signed document', () => {
  expect(checkNew(leaseWith({ lease: { timeoutMs: 1 } }), limits)).toEqual({ ok: true, step: { kind: 'deploy', params, timeoutMs: 60_000, repeatable: false, check: null } })
})

test('the order of names does not matter, for canonical JSON has one', () => {
  expect(checkNew(leaseWith({ late: (lease) => (lease.params = Object.fromEntries(Object.entries(params).reverse())) }), limits).ok).toBe(true)
})

const document = (lease: Lease) => lease.plan.document as { steps: { params: typeof params; region: string }[] }

describe('refused, with the reason', () => {
  const cases: [string, Change, RegExp][] = [
    ['a changed document', { late: (lease) => void ((document(lease).steps[0] as { region: string }).region = 'us') }, /not the one its hash names/],
    ['a changed hash', { late: (lease) => (lease.plan.hash = `sha256:${'0'.repeat(64)}`) }, /not the one its hash names/],
    ['a changed document with its new hash', { late: (lease) => { (document(lease).steps[0] as { region: string }).region = 'us'; lease.plan.hash = `sha256:${createHash('sha256').update(canonicalize(lease.plan.document) ?? '').digest('hex')}` } }, /not signed/],
    ['another server’s signature', { signedBy: generateKeyPairSync('ed25519').privateKey }, /not signed/],
    ['a signature that is none', { late: (lease) => (lease.plan.signature = 'x') }, /not signed/],
    ['another epoch', { late: (lease) => (lease.epoch = 8) }, /not signed/],
    ['another step', { late: (lease) => (lease.stepId = '018f0000-0000-7000-8000-000000000002') }, /not signed/],
    ['another run', { late: (lease) => (lease.runId = '018f0000-0000-7000-8000-000000000002') }, /not signed/],
    ['a step that was not approved', { lease: { key: 'deploy:payments:eu' } }, /has no step deploy:payments:eu/],
    ['another kind', { lease: { kind: 'verify' } }, /is a deploy, the lease says verify/],
    ['other parameters', { lease: { params: { ...params, instances: 1 } } }, /parameters of deploy:checkout:eu are not those/],
    ['one parameter more', { lease: { params: { ...params, extra: true } } }, /are not those/],
    ['another environment', { step: { environment: 'staging' } }, /is for staging; this agent works in production/],
    ['another region', { step: { region: 'us' } }, /is for region us/],
    ['a drill', { step: { agentKind: 'drill' } }, /a drill step; this agent is a real agent/],
    ['a kind that is not allowed', { step: { kind: 'stage' }, lease: { kind: 'stage' } }, /stage is not on this agent's allow-list/],
    ['a service that is not here', { step: { params: { ...params, service: 'ledger' } }, lease: { params: { ...params, service: 'ledger' } } }, /ledger is not a target/],
    ['a kind that this target has no program for', { step: { kind: 'stop', params: { service: 'checkout' } }, lease: { kind: 'stop', params: { service: 'checkout' } } }, /checkout has no stop program/],
    ['parameters without a digest', { step: { params: { ...params, to: { ...params.to, digest: 'x' } } }, lease: { params: { ...params, to: { ...params.to, digest: 'x' } } } }, /to\.digest: sha256: and 64 hex digits/],
    ['a step of a whole environment', { step: { region: null } }, /is for region null/],
    ['a field nobody knows', shellStep({ command: 'true', sudo: true }), /sudo/],
    ['a folder that leads out', shellStep({ command: 'true', cwd: '../..' }), /cwd: a path below/],
    ['an undo that was not approved', { lease: { key: 'undo:deploy:checkout:eu' } }, /has nothing that takes deploy:checkout:eu back/],
    ['an undo with the parameters of the step', { step: { compensate: { kind: 'sql', params: { connection: 'a', statements: ['select 1'] } } }, lease: { key: 'undo:deploy:checkout:eu', kind: 'sql' } }, /parameters of undo:deploy:checkout:eu are not those/],
    ['an undo of another kind', { step: { compensate: { kind: 'sql', params: { connection: 'a', statements: ['select 1'] } } }, lease: { key: 'undo:deploy:checkout:eu', kind: 'shell' } }, /is a sql, the lease says shell/],
    ['a check that changes something', { step: { check: { kind: 'http', params: { method: 'POST', url: 'http://x/y' } } } }, /the check of deploy:checkout:eu would change something/],
    ['a check that is not allowed', { step: { check: { kind: 'ansible', params: { playbook: 'a.yml', check: true } } } }, /ansible is not on this agent's allow-list/],
    ['a check with wrong parameters', { step: { check: { kind: 'sql', params: { connection: 'a', statements: [] } } } }, /the check of deploy:checkout:eu are not as the protocol says: statements/],
    ['another version of the protocol', { lease: { v: 2 } }, /not as the protocol says: v/],
    ['no plan', { lease: { plan: undefined } }, /not as the protocol says: plan/],
  ]
  test.each(cases)('%s', (_, change, because) => {
    const checked = checkNew(leaseWith(change), limits)
    expect(checked.ok ? 'taken' : checked.because).toMatch(because)
  })
})

test('a kind that is allowed but unknown is refused', () => {
  expect(checkNew(leaseWith({ step: { kind: 'toString' }, lease: { kind: 'toString' } }), { ...limits, allow: ['toString'] })).toEqual({ ok: false, because: 'this agent does not know how to toString' })
})

test('a plan is sent once: what was checked is kept by its hash, and nothing else counts as that plan', () => {
  const plans = new PlanBook()
  const known = { ...limits, plans }
  const bare = leaseWith({ late: (lease) => (lease.plan.document = null) })
  expect(checkLease(bare, known)).toEqual({ ok: false, because: 'the lease brings no plan, and this agent does not have it' })
  expect(plans.hashes).toEqual([])
  expect(checkLease(leaseWith({ late: (lease) => (lease.plan.hash = `sha256:${'0'.repeat(64)}`) }), known).ok).toBe(false)
  expect(plans.hashes).toEqual([])
  expect(checkLease(leaseWith(), known).ok).toBe(true)
  expect(plans.hashes).toEqual([bare.plan.hash])
  expect(checkLease(bare, known)).toEqual(checkNew(leaseWith(), limits))
  // What comes along under a known hash is not looked at: the plan is the one that was checked.
  expect(checkLease(leaseWith({ late: (lease) => ((document(lease).steps[0] as { region: string }).region = 'us') }), known)).toMatchObject({ ok: true, step: { params } })
})

test('the plans asked for last are kept, up to a number', () => {
  const plans = new PlanBook()
  const hashOf = (n: number): string => {
    const document = { n, steps: [] }
    const hash = `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`
    expect(plans.read({ document, hash })).toMatchObject({ step: expect.anything() })
    return hash
  }
  const first = hashOf(0)
  for (let n = 1; n < 16; n++) hashOf(n)
  hashOf(0)
  hashOf(16)
  expect(plans.hashes).toHaveLength(16)
  expect(plans.hashes).toContain(first)
})
