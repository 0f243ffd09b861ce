import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, createServer as createTcp } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import { until } from './testing/until.ts'

const there = (program: string): boolean => spawnSync('/bin/sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin command -v ${program}`]).status === 0
const token = 'provider-token-12345'
const folder = scratchFolder()
const children: ChildProcess[] = []
let desk: Desk
let world: Server
let dnsPort: number
let asked: { method: string; path: string; auth: string; body: unknown }[] = []
const flags = new Map([['new-checkout', true]])
let application: Record<string, unknown>
let refusePurge = false

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createTcp().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

/** A flag service, Argo CD, Cloudflare and Fastly, as far as they are asked here. */
function answer(method: string, path: string, body: unknown): [number, unknown] {
  const flag = /^\/flags\/([^/]+)$/.exec(path)?.[1]
  if (flag) {
    if (!flags.has(flag)) return [404, { message: 'no such flag' }]
    if (method === 'PUT') flags.set(flag, (body as { on: boolean }).on)
    return [200, { flag: { enabled: flags.get(flag) } }]
  }
  if (path === '/api/v1/applications/shop') {
    if (method === 'PATCH') {
      const { patch, patchType, name } = body as { patch: string; patchType: string; name: string }
      if (name !== 'shop' || patchType !== 'merge') return [400, { error: 'unknown patch type' }]
      merge(application, JSON.parse(patch) as Record<string, unknown>)
    }
    return [200, application]
  }
  if (path === '/client/v4/zones/z1/purge_cache') return refusePurge ? [200, { success: false, errors: [{ code: 1094, message: 'unable to purge' }] }] : [200, { success: true, errors: [] }]
  if (path === '/service/s1/purge') return [200, Object.fromEntries((body as { surrogate_keys: string[] }).surrogate_keys.map((tag, index) => [tag, `id-${index}`]))]
  if (path === '/service/s1/purge_all' || path.startsWith('/purge/')) return [200, { status: 'ok' }]
  return [404, {}]
}

function merge(into: Record<string, unknown>, change: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(into, name)
    else if (typeof value === 'object') merge((into[name] ??= {}) as Record<string, unknown>, value as Record<string, unknown>)
    else into[name] = value
  }
}

beforeAll(async () => {
  world = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      const body: unknown = text ? JSON.parse(text) : null
      asked.push({ method: request.method ?? '', path: request.url ?? '', auth: request.headers.authorization ?? String(request.headers['fastly-key'] ?? request.headers['x-key'] ?? ''), body })
      const [status, data] = answer(request.method ?? '', request.url ?? '', body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data))
    })
  })
  await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(world.address() as AddressInfo).port}`
  dnsPort = await freePort()
  writeFileSync(join(folder, 'flags.json'), '{ "gift-notes": true, "colour": "red" }')
  for (const [name, text] of [['hold', 'touch held'], ['release', 'rm held'], ['observe', 'test -e held']] as const) {
    writeFileSync(join(folder, `${name}.sh`), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, `${name}.sh`), 0o755)
  }
  const request = (method: string, body?: unknown) => ({ method, url: `${url}/flags/{flag}`, secretHeaders: { 'x-key': 'PROVIDER_TOKEN' }, ...(body ? { body } : {}) })
  const onOff = { kind: 'http', get: request('GET'), is: '$.flag.enabled', on: request('PUT', { on: '{on}' }), off: request('PUT', { on: '{on}' }) }
  desk = await startDesk({
    folder,
    env: { PROVIDER_TOKEN: token },
    config: {
      allow: ['flag', 'proxy', 'dns', 'cdn', 'hold-reconciler'], secrets: ['PROVIDER_TOKEN'], env: ['PATH'],
      flags: { shop: onOff, file: { kind: 'file', path: 'flags.json' } },
      proxy: { socket: 'haproxy.sock' },
      dns: { local: { kind: 'nsupdate', server: '127.0.0.1', port: dnsPort, keyFile: 'tsig.key' } },
      cdn: { cloudflare: { kind: 'cloudflare', zone: 'z1', tokenFrom: 'PROVIDER_TOKEN', base: url }, fastly: { kind: 'fastly', service: 's1', tokenFrom: 'PROVIDER_TOKEN', base: url } },
      reconcilers: { argo: { kind: 'argocd', server: url, tokenFrom: 'PROVIDER_TOKEN' }, job: { kind: 'command', hold: ['./hold.sh'], release: ['./release.sh'], observe: ['./observe.sh'] }, web: { ...onOff, get: { ...onOff.get, url: `${url}/flags/{name}` }, on: { ...onOff.on, url: `${url}/flags/{name}` }, off: { ...onOff.off, url: `${url}/flags/{name}` } } },
    },
  })
})
beforeEach(() => {
  asked = []
  refusePurge = false
  application = { metadata: { name: 'shop' }, spec: { syncPolicy: { automated: { prune: true, selfHeal: true }, retry: { limit: 5 } } } }
})
afterAll(async () => {
  await desk.close()
  world.closeAllConnections()
  world.close()
  for (const child of children) child.kill('SIGKILL')
})

test('a flag behind HTTP is asked, set and asked again; what is so already is only asked', async () => {
  const off = await desk.do('flag', { provider: 'shop', flag: 'new-checkout', on: false })
  expect(off).toMatchObject({ outcome: 'succeeded', result: { was: true, is: false } })
  expect(asked.map(({ method, path, auth, body }) => [method, path, auth, body])).toEqual([['GET', '/flags/new-checkout', token, null], ['PUT', '/flags/new-checkout', token, { on: false }], ['GET', '/flags/new-checkout', token, null]])
  asked = []
  expect((await desk.do('flag', { provider: 'shop', flag: 'new-checkout', on: false })).result).toEqual({ was: false, is: false })
  expect(asked).toHaveLength(1)
  expect((await desk.do('flag', { provider: 'shop', flag: 'nothing', on: true })).because).toMatch(/^the flag nothing: .* answered 404: {"message":"no such flag"}/)
})

test('a flag in a file is set without touching the others, and one that is not there is not made up', async () => {
  expect((await desk.do('flag', { provider: 'file', flag: 'gift-notes', on: false })).result).toEqual({ was: true, is: false })
  expect(JSON.parse(readFileSync(join(folder, 'flags.json'), 'utf8'))).toEqual({ 'gift-notes': false, colour: 'red' })
  for (const flag of ['colour', 'other']) expect((await desk.do('flag', { provider: 'file', flag, on: true })).because).toBe(`the file of flags has no flag ${flag} that is true or false`)
  expect((await desk.do('flag', { provider: 'else', flag: 'a', on: true })).because).toBe('provider: else is not in this agent’s configuration (flags)')
})

test('a CDN forgets: in parts where a provider takes only so many, and a yes is what the provider calls one', async () => {
  const urls = Array.from({ length: 31 }, (_, index) => `https://shop.example/${index}`)
  expect((await desk.do('cdn', { provider: 'cloudflare', purge: { urls } })).result).toMatchObject({ requests: 2 })
  expect(asked.map(({ auth, body }) => [auth, (body as { files: string[] }).files.length])).toEqual([[`Bearer ${token}`, 30], [`Bearer ${token}`, 1]])
  expect((await desk.do('cdn', { provider: 'cloudflare', purge: { all: true } })).outcome).toBe('succeeded')
  expect(asked.at(-1)?.body).toEqual({ purge_everything: true })
  expect((await desk.do('cdn', { provider: 'fastly', purge: { tags: ['checkout', 'cart'] } })).outcome).toBe('succeeded')
  expect(asked.at(-1)).toEqual({ method: 'POST', path: '/service/s1/purge', auth: token, body: { surrogate_keys: ['checkout', 'cart'] } })
  expect((await desk.do('cdn', { provider: 'fastly', purge: { urls: ['https://shop.example/a'] } })).outcome).toBe('succeeded')
  expect(asked.at(-1)?.path).toBe('/purge/shop.example/a')
  refusePurge = true
  expect((await desk.do('cdn', { provider: 'cloudflare', purge: { all: true } })).because).toMatch(/^Cloudflare refused the purge with 200: .*unable to purge/)
  expect((await desk.do('cdn', { provider: 'fastly', purge: { all: true, tags: ['a'] } })).because).toMatch(/purge: exactly one of all, tags and urls/)
})

test('Argo CD is held, and gets back what it had', async () => {
  const hold = (on: boolean) => desk.do('hold-reconciler', { via: 'argocd', application: 'shop', hold: on })
  expect((await hold(true)).result).toEqual({ wasHeld: false, held: true })
  expect(application).toMatchObject({ spec: { syncPolicy: { retry: { limit: 5 } } } })
  expect((application['spec'] as { syncPolicy: object }).syncPolicy).not.toHaveProperty('automated')
  expect((await hold(true)).result).toEqual({ wasHeld: true, held: true })
  expect((await hold(false)).result).toEqual({ wasHeld: true, held: false })
  expect(application).toEqual({ metadata: { name: 'shop', annotations: {} }, spec: { syncPolicy: { automated: { prune: true, selfHeal: true }, retry: { limit: 5 } } } })
  application = { metadata: {}, spec: {} }
  expect((await hold(false)).because).toMatch(/^shop has no automatic sync, and none was taken away by this/)
})

test('a controller behind the user’s own programs, or behind HTTP, is held and let go', async () => {
  const hold = (params: Record<string, unknown>) => desk.do('hold-reconciler', params)
  expect((await hold({ via: 'command', reconciler: 'job', hold: true })).result).toEqual({ wasHeld: false, held: true })
  expect((await hold({ via: 'command', reconciler: 'job', hold: true })).result).toEqual({ wasHeld: true, held: true })
  expect((await hold({ via: 'command', reconciler: 'job', hold: false })).result).toEqual({ wasHeld: true, held: false })
  flags.set('paused', false)
  expect((await hold({ via: 'http', reconciler: 'web', name: 'paused', hold: true })).result).toEqual({ wasHeld: false, held: true })
  expect((await hold({ via: 'argocd', reconciler: 'job', application: 'shop', hold: true })).because).toBe('reconciler: job is not a argocd in this agent’s configuration (reconcilers)')
})

describe.skipIf(!there('haproxy'))('haproxy (skipped where there is no haproxy)', () => {
  beforeAll(async () => {
    writeFileSync(join(folder, 'haproxy.cfg'), `global\n  stats socket ${join(folder, 'haproxy.sock')} mode 600 level admin\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\nfrontend in\n  bind 127.0.0.1:${await freePort()}\n  default_backend shop\nbackend shop\n  server eu 127.0.0.1:1 weight 100\n  server us 127.0.0.1:2 weight 100\n`)
    children.push(spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }, stdio: 'ignore' }))
    await until('haproxy to listen', () => new Promise<boolean>((resolve) => {
      const socket = connect(join(folder, 'haproxy.sock'))
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    }))
  })

  test('weights and states are set and looked at', async () => {
    expect((await desk.do('proxy', { backend: 'shop', server: 'eu', weight: 0 })).result).toEqual({ servers: [{ server: 'eu', weight: 0, status: 'no check' }] })
    expect((await desk.do('proxy', { backend: 'shop', state: 'drain', server: 'us' })).result).toEqual({ servers: [{ server: 'us', weight: 100, status: 'DRAIN' }] })
    expect((await desk.do('proxy', { backend: 'shop', state: 'maint' })).result).toMatchObject({ servers: [{ server: 'eu', status: 'MAINT' }, { server: 'us', status: 'MAINT' }] })
    expect((await desk.do('proxy', { backend: 'shop', state: 'ready', weight: 50 })).result).toEqual({ servers: [{ server: 'eu', weight: 50, status: 'no check' }, { server: 'us', weight: 50, status: 'no check' }] })
    expect((await desk.do('proxy', { backend: 'shop', server: 'asia', weight: 1 })).because).toBe('server: shop has no server asia: there is eu, us')
    expect((await desk.do('proxy', { backend: 'nothing', weight: 1 })).because).toBe('backend: there is no nothing')
    expect((await desk.do('proxy', { backend: 'shop;shutdown', weight: 1 })).because).toMatch(/backend: a name of the agent’s configuration/)
  })
})

describe.skipIf(!there('named') || !there('nsupdate'))('dns (skipped where there is no BIND with nsupdate)', () => {
  beforeAll(async () => {
    const zone = join(folder, 'named')
    mkdirSync(zone)
    const key = 'key "knowngood" { algorithm hmac-sha256; secret "c2VjcmV0LXRzaWcta2V5LWZvci1hLXRlc3QtMTIzNA=="; };\n'
    writeFileSync(join(folder, 'tsig.key'), key, { mode: 0o600 })
    writeFileSync(join(zone, 'zone.db'), '$TTL 60\n@ IN SOA ns.shop.example. admin.shop.example. 1 60 60 600 60\n@ IN NS ns\nns IN A 127.0.0.1\nwww IN A 192.0.2.1\n')
    writeFileSync(join(zone, 'named.conf'), `${key}options { directory "${zone}"; listen-on port ${dnsPort} { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file none; session-keyfile "${zone}/session.key"; };\ncontrols {};\nzone "shop.example" { type primary; file "${zone}/zone.db"; allow-update { key knowngood; }; };\n`)
    children.push(spawn('named', ['-f', '-c', join(zone, 'named.conf')], { env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` }, stdio: 'ignore' }))
    const resolver = new Resolver({ timeout: 300, tries: 1 })
    resolver.setServers([`127.0.0.1:${dnsPort}`])
    await until('the name server to answer', () => resolver.resolve4('www.shop.example').then((found) => found.length > 0, () => false))
  })

  test('records are replaced and asked for at their own server', async () => {
    const set = (values: string[], more = {}) => desk.do('dns', { zone: 'shop.example', name: 'www.shop.example', type: 'A', ttl: 30, values, via: 'local', ...more })
    expect((await set(['192.0.2.7', '192.0.2.8'])).result).toMatchObject({ was: ['192.0.2.1'], is: expect.arrayContaining(['192.0.2.7', '192.0.2.8']) as unknown })
    const again = await set(['192.0.2.8', '192.0.2.7'])
    expect([again.outcome, (await again.lines()).some((line) => line.endsWith('already'))]).toEqual(['succeeded', true])
    expect((await set(['shop.cdn.example'], { name: 'cdn.shop.example', type: 'CNAME' })).result).toEqual({ was: [], is: ['shop.cdn.example'] })
    expect((await set(['say "hi"'], { name: 'note.shop.example', type: 'TXT' })).result).toEqual({ was: [], is: ['say "hi"'] })
    expect((await set(['192.0.2.1'], { name: 'www.other.example' })).because).toBe('name: www.other.example is not in shop.example')
    expect((await set(['not-an-address'])).because).toMatch(/^nsupdate ended with \d/)
    expect((await set(['192.0.2.9\nupdate delete shop.example'])).because).toMatch(/values\.0: one line/)
  })
})
