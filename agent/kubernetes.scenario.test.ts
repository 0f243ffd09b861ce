import { execFile, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import type { KubernetesStub } from './testing/kubernetes.ts'
import { startKubernetes } from './testing/kubernetes.ts'

const there = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0
const token = 'cluster-token-abcdefgh'
const folder = scratchFolder()
let desk: Desk
let stub: KubernetesStub
let urls: { url: string }

// The agent's configuration names one address; behind it, each test has a cluster of its own.
const start = (): Promise<KubernetesStub> => startKubernetes({ key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert: readFileSync(join(folder, 'cert.pem'), 'utf8'), token, port: Number(new URL(urls.url || 'https://x:0').port) })

describe.skipIf(!there('openssl'))('kubernetes (skipped where openssl cannot make a certificate)', () => {
  beforeAll(async () => {
    spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem'), '-days', '2', '-subj', '/CN=stub', '-addext', 'subjectAltName=IP:127.0.0.1'])
    writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
    urls = { url: '' }
    const first = await start()
    urls = { url: first.url }
    await first.close()
    desk = await startDesk({
      folder,
      env: { CLUSTER_TOKEN: token },
      config: { allow: ['kubernetes', 'hold-reconciler'], secrets: ['CLUSTER_TOKEN'], kubernetes: { clusters: { eu: { server: urls.url, tokenFrom: 'CLUSTER_TOKEN', ca: 'cert.pem' }, byfile: { server: urls.url, tokenFile: 'token', ca: 'cert.pem' }, untrusted: { server: urls.url, tokenFile: 'token' } } } },
    })
  })
  beforeEach(async () => void (stub = await start()))
  afterEach(() => stub.close())
  afterAll(() => desk.close())

  const run = (params: Record<string, unknown>, more = {}) => desk.do('kubernetes', { context: 'eu', namespace: 'shop', resource: 'deployment/checkout', ...params }, more)
  const image = (): unknown => (stub.deployment.spec['template'] as { spec: { containers: { image: string }[] } }).spec.containers[0]?.image

  test('a rollout is undone to a revision, once', async () => {
    const done = await run({ action: 'rollout-undo', toRevision: 1 })
    expect(done).toMatchObject({ outcome: 'succeeded', result: { from: 2, revision: 1 } })
    expect(image()).toBe('checkout:1.4.2')
    expect(stub.deployment.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '2', 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'kubernetes.io/change-cause': 'release 1.4.2' })
    expect((await run({ action: 'rollout-undo', toRevision: 1, context: 'byfile' })).result).toMatchObject({ already: true })
    expect(stub.patches).toHaveLength(1)
    expect((await run({ action: 'rollout-undo', toRevision: 9 })).because).toBe('deployment/checkout has no revision 9: there is 2, 1')
  })

  test('a deployment that somebody changed in between is left alone', async () => {
    stub.meanwhile = () => void (stub.deployment.metadata.resourceVersion = '999')
    const { outcome, because } = await run({ action: 'rollout-undo' })
    expect([outcome, because]).toEqual(['failed', expect.stringContaining('testing path /metadata/resourceVersion failed')])
    expect(image()).toBe('checkout:1.5.0')
  })

  test('a rollout is waited for; as a check it is asked once; one that is stuck fails', async () => {
    stub.looks = 3
    expect((await run({ action: 'rollout-status' })).result).toMatchObject({ status: '2 of 2 replicas are updated and available' })
    stub.looks = Infinity
    expect((await run({ action: 'rollout-status' })).because).toBe('it exceeded its progress deadline: it has timed out')
    stub.looks = 0
    expect((await run({ action: 'scale', replicas: 4 }, { again: true, check: { kind: 'kubernetes', params: { context: 'eu', namespace: 'shop', resource: 'deployment/checkout', action: 'rollout-status' } } })).result).toMatchObject({ already: true })
    expect(stub.patches).toEqual([])
  })

  test('scale, image, patch and annotations are looked at afterwards', async () => {
    expect((await run({ action: 'scale', replicas: 5 })).result).toEqual({ replicas: 5 })
    expect((await run({ action: 'scale', replicas: 5 })).outcome).toBe('succeeded')
    expect((await run({ action: 'set-image', container: 'checkout', image: 'checkout:1.4.2' })).result).toMatchObject({ from: 'checkout:1.5.0', to: 'checkout:1.4.2' })
    expect((await run({ action: 'set-image', image: 'x:1' })).because).toBe('container: deployment/checkout has several: name one of checkout, sidecar')
    expect((await run({ action: 'patch', patch: { spec: { paused: true } } })).outcome).toBe('succeeded')
    expect((await run({ action: 'rollout-undo' })).because).toBe('deployment/checkout is paused; resume it first')
    expect((await run({ action: 'annotate', patch: { 'example.com/why': 'incident 7', 'kubernetes.io/change-cause': null } })).result).toMatchObject({ annotations: { 'example.com/why': 'incident 7', 'kubernetes.io/change-cause': null } })
    expect(stub.patches).toHaveLength(4)
    expect(stub.refused).toEqual([])
  })

  test('what a real kubectl sends is what we send, but for the look at the version', async (context) => {
    if (!there('kubectl')) return context.skip('there is no kubectl here')
    const kubectl = (...args: string[]) => promisify(execFile)('kubectl', ['--server', urls.url, '--certificate-authority', join(folder, 'cert.pem'), '--token', token, '--cache-dir', join(folder, 'cache'), '-n', 'shop', ...args], { timeout: 30_000, env: { ...process.env, HOME: folder, KUBECONFIG: '' } })
    const pairs: [string[], Record<string, unknown>][] = [
      [['rollout', 'undo', 'deployment/checkout', '--to-revision=1'], { action: 'rollout-undo', toRevision: 1 }],
      [['scale', 'deployment/checkout', '--replicas=7'], { action: 'scale', replicas: 7 }],
      [['set', 'image', 'deployment/checkout', 'checkout=checkout:1.4.2'], { action: 'set-image', container: 'checkout', image: 'checkout:1.4.2' }],
      [['patch', 'deployment/checkout', '-p', '{"spec":{"paused":true}}'], { action: 'patch', patch: { spec: { paused: true } } }],
      [['annotate', 'deployment/checkout', 'example.com/why=incident 7'], { action: 'annotate', patch: { 'example.com/why': 'incident 7' } }],
    ]
    for (const [args, params] of pairs) {
      await kubectl(...args)
      const theirs = stub.patches.at(-1)
      await stub.close()
      stub = await start()
      expect((await run(params)).outcome).toBe('succeeded')
      const ours = stub.patches.at(-1)
      const body = Array.isArray(ours?.body) ? (ours.body as { op: string }[]).filter(({ op }) => op !== 'test') : ours?.body
      expect({ path: ours?.path, type: ours?.type, body }).toEqual({ path: theirs?.path, type: theirs?.type, body: theirs?.body })
      expect(theirs?.by).toMatch(/^kubectl/)
      await stub.close()
      stub = await start()
    }
  }, 120_000)

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a cluster that is not configured', { context: 'us', action: 'rollout-status' }, /context: us is not in this agent’s configuration/],
    ['no cluster named where there are several', { context: undefined, action: 'rollout-status' }, /there is more than one cluster/],
    ['a certificate nobody vouches for', { context: 'untrusted', action: 'rollout-status' }, /cannot be asked \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ['something that is not there', { resource: 'deployment/other', action: 'rollout-status' }, /Kubernetes answered 404 \(NotFound\)/],
    ['a rollout of what has none', { resource: 'configmap/x', action: 'rollout-undo' }, /resource: rollout-undo is for a deployment, not for configmap\/x/],
    ['a kind nobody knows', { resource: 'secret/x', action: 'annotate', patch: {} }, /resource: secret is not one of deployment/],
    ['a scale without a number', { action: 'scale' }, /replicas: scale needs it/],
    ['a name that would be a path', { resource: 'deployment/../x', action: 'scale', replicas: 1 }, /resource: a kind and a name/],
  ])('refused: %s', async (_, params, because) => {
    expect((await run(params)).because).toMatch(because)
  })

  test('Flux is suspended and resumed', async () => {
    const hold = (on: boolean) => desk.do('hold-reconciler', { via: 'flux', context: 'eu', namespace: 'shop', resource: 'kustomization/shop', hold: on })
    expect((await hold(true)).result).toEqual({ wasHeld: false, held: true })
    expect((await hold(true)).result).toEqual({ wasHeld: true, held: true })
    expect(stub.patches.map(({ type, body }) => [type, body])).toEqual([['application/merge-patch+json', { spec: { suspend: true } }]])
    expect((await hold(false)).result).toEqual({ wasHeld: true, held: false })
    expect((await run({ resource: 'kustomization/shop', action: 'patch', patch: { spec: { interval: '5m' } } })).outcome).toBe('succeeded')
    expect(stub.patches.at(-1)?.type).toBe('application/merge-patch+json')
  })
})
