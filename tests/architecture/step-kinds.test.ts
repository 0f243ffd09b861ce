import { expect, test } from 'vitest'
import { actionKinds } from '#agent/config.ts'
import { onlyLooks, paramsOf, type KnownAction } from '#agent/step-params.ts'
import { kinds } from '#lib/orchestration/rules/playbook/kinds.ts'

/* What a playbook may say and what an agent takes are written twice, since an agent imports nothing of the product. Here they are held against each other. */

type Kind = (typeof actionKinds)[number]
type Params = Record<string, unknown>

const good: Record<Kind, Params[]> = {
  shell: [{ command: 'true' }, { command: 'make undo', env: ['PATH', 'TOKEN'], cwd: 'ops', expectExit: 3 }],
  http: [
    { method: 'GET', url: 'https://example.com/health' },
    { method: 'POST', url: 'http://127.0.0.1:9000/x', headers: { 'X-A': 'b' }, secretHeaders: { Authorization: 'SLACK_TOKEN' }, body: { a: [1] }, expect: { status: [200, 202], jsonPath: '$.items[0].name', equals: 'x', contains: 'y' } },
    { method: 'PUT', url: 'https://example.com', body: 'text' },
  ],
  ansible: [{ playbook: 'release.yml' }, { playbook: 'a/b.yml', inventory: 'hosts', limit: 'web', extraVars: { release: '1.4.2', count: 2, on: true }, tags: ['write'], check: true }],
  terraform: [{ dir: 'edge', action: 'plan' }, { dir: 'a/b', action: 'apply-plan', vars: { weight: { eu: 0 } }, expectChanges: true }],
  kubernetes: [
    { namespace: 'shop', resource: 'deployment/checkout', action: 'rollout-undo', toRevision: 3 },
    { context: 'eu', namespace: 'shop', resource: 'deployment/checkout', action: 'rollout-status' },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'scale', replicas: 0 },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'set-image', image: 'checkout@sha256:abc', container: 'checkout' },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'patch', patch: { spec: { paused: true } } },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'annotate', patch: { 'example.com/why': 'x' } },
  ],
  sql: [{ connection: 'harbor_checkout', statements: ['delete from a'], check: 'select true' }, { connection: 'a', statements: [], check: 'select true' }],
  flag: [{ provider: 'service', flag: 'new-checkout', on: false }],
  proxy: [{ backend: 'shop', server: 'eu', weight: 0 }, { backend: 'shop', state: 'drain' }],
  dns: [{ zone: 'example.com', name: 'www.example.com', type: 'A', ttl: 60, values: ['192.0.2.1'], via: 'own' }],
  cdn: [{ provider: 'fastly', purge: { all: true } }, { provider: 'own', purge: { tags: ['a'] } }, { provider: 'own', purge: { urls: ['https://example.com/a'] } }],
  'hold-reconciler': [
    { via: 'argocd', application: 'shop', reconciler: 'argocd', hold: true },
    { via: 'flux', namespace: 'shop', resource: 'kustomization/shop', hold: false },
    { via: 'http', reconciler: 'web', name: 'shop', hold: true },
    { via: 'command', reconciler: 'cron', hold: true },
  ],
}

const bad: [Kind, string, Params][] = [
  ['shell', 'no command', {}],
  ['shell', 'a field nobody knows', { command: 'true', sudo: true }],
  ['shell', 'a folder that leads out', { command: 'true', cwd: '../x' }],
  ['http', 'no scheme', { method: 'GET', url: 'example.com' }],
  ['http', 'a method nobody knows', { method: 'PURGE', url: 'https://example.com' }],
  ['ansible', 'an option', { playbook: 'a.yml', limit: '--connection=local' }],
  ['terraform', 'an action nobody knows', { dir: 'a', action: 'destroy' }],
  ['kubernetes', 'a scale without a number', { namespace: 'shop', resource: 'deployment/checkout', action: 'scale' }],
  ['kubernetes', 'a name that is a path', { namespace: 'shop', resource: 'deployment/../x', action: 'rollout-status' }],
  ['sql', 'nothing', { connection: 'a', statements: [] }],
  ['flag', 'neither on nor off', { provider: 'a', flag: 'b', on: 'yes' }],
  ['proxy', 'nothing to set', { backend: 'shop' }],
  ['dns', 'a record nobody knows', { zone: 'example.com', name: 'www.example.com', type: 'MX', ttl: 60, values: ['a'], via: 'own' }],
  ['cdn', 'two at once', { provider: 'a', purge: { all: true, tags: ['a'] } }],
  ['hold-reconciler', 'no way', { hold: true }],
]

const examples = actionKinds.flatMap((kind) => good[kind].map((params, index) => [kind, index, params] as const))

test.each(examples)('a playbook may say it and an agent takes it: %s %i', (kind, _, params) => {
  const [said, taken] = [kinds[kind].with.safeParse(params), paramsOf[kind].safeParse(params)]
  expect([said.error?.message, taken.error?.message]).toEqual([undefined, undefined])
})

test.each(bad)('neither a playbook nor an agent: %s with %s', (kind, _, params) => {
  expect([kinds[kind].with.safeParse(params).success, paramsOf[kind].safeParse(params).success]).toEqual([false, false])
})

test.each(examples.filter(([kind]) => kind !== 'shell'))('both know whether it only looks: %s %i', (kind, _, params) => {
  expect(onlyLooks({ kind, params } as KnownAction)).toBe(kinds[kind].readOnly(params as never))
})
