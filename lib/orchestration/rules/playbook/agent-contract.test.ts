import { expect, test } from 'vitest'
import { paramsOf } from '#agent/step-params.ts'
import { agentKindNames, kinds } from './kinds.ts'

/* What a playbook lets through, an agent takes: two forms of one contract, held against each other from outside of both. */

const name = 'main'
const samples: Record<(typeof agentKindNames)[number], Record<string, unknown>[]> = {
  shell: [{ command: 'date' }, { command: 'date', env: ['HOME'], cwd: 'scripts', expectExit: 3 }],
  http: [{ method: 'GET', url: 'https://x.test/a' }, { method: 'POST', url: 'http://x.test', headers: { 'x-a': 'b' }, secretHeaders: { authorization: 'TOKEN' }, body: { a: 1 }, expect: { status: [200], contains: 'ok', jsonPath: '$.items[0].name', equals: 1 } }],
  ansible: [{ playbook: 'site.yml' }, { playbook: 'site.yml', inventory: 'hosts', limit: 'eu', extraVars: { a: 1, b: 'x', c: true }, tags: ['back'], check: true }],
  terraform: [{ dir: 'dns', action: 'plan' }, { dir: 'dns', action: 'apply', vars: { a: [1], b: { c: 'd' } }, expectChanges: true }],
  kubernetes: [
    { namespace: 'shop', resource: 'deployment/checkout', action: 'rollout-undo', toRevision: 3, context: name },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'scale', replicas: 3 },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'set-image', image: 'r/checkout@sha256:00', container: 'app' },
    { namespace: 'shop', resource: 'deployment/checkout', action: 'patch', patch: { spec: {} } },
  ],
  sql: [{ connection: name, statements: ['select 1'] }, { connection: name, statements: [], check: 'select true' }],
  flag: [{ provider: name, flag: 'recommendations', on: false }],
  proxy: [{ backend: 'web', server: 'web-1', weight: 0, state: 'drain' }, { backend: 'web', state: 'ready' }],
  dns: [{ zone: 'x.test', name: 'www.x.test', type: 'A', ttl: 60, values: ['192.0.2.1'], via: name }],
  cdn: [{ provider: name, purge: { all: true } }, { provider: name, purge: { tags: ['a'] } }, { provider: name, purge: { urls: ['https://x.test/a'] } }],
  'hold-reconciler': [{ via: 'argocd', hold: true, application: 'shop' }, { via: 'argocd', hold: true, application: 'shop', reconciler: name }, { via: 'flux', hold: false, namespace: 'shop', resource: 'kustomization/shop', context: name }, { via: 'http', hold: true, reconciler: name, name: 'shop' }, { via: 'command', hold: true, reconciler: name }],
  wait: [], approve: [], validate: [], notify: [], manual: [], deploy: [],
}

test('every kind that agents do is here', () => expect(agentKindNames.filter((kind) => samples[kind].length === 0)).toEqual([]))

test.each(agentKindNames.flatMap((kind) => samples[kind].map((params) => [kind, params] as const)))('%s %j is taken by both', (kind, params) => {
  expect(kinds[kind].with.safeParse(params).error?.issues ?? []).toEqual([])
  expect(paramsOf[kind as keyof typeof paramsOf].safeParse(params).error?.issues ?? []).toEqual([])
})

test.each([
  ['shell', { command: 'date', cwd: '../..' }],
  ['ansible', { playbook: '/etc/x.yml' }],
  ['ansible', { playbook: 'x.yml', limit: '--become' }],
  ['sql', { connection: 'main', statements: [] }],
  ['kubernetes', { namespace: 'shop', resource: 'deployment/x', action: 'scale' }],
  ['proxy', { backend: 'web' }],
  ['cdn', { provider: 'main', purge: { all: true, tags: ['a'] } }],
  ['http', { method: 'GET', url: 'file:///etc/passwd' }],
  ['flag', { provider: 'main', flag: 'a b', on: true }],
] as const)('%s %j is refused by both', (kind, params) => {
  expect(kinds[kind].with.safeParse(params).success).toBe(false)
  expect(paramsOf[kind].safeParse(params).success).toBe(false)
})
