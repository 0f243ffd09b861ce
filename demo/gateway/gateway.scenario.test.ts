import { type ChildProcess, spawn } from 'node:child_process'
import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '#scripts/postgres.ts'
import { call } from '../shared/call.ts'
import { type Answer, reply, serve } from '../shared/http.ts'
import { until } from '../until.ts'

let gateway: ChildProcess
let url: string
const servers: Server[] = []

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  gateway = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), String(port)], { stdio: ['pipe', 'inherit', 'inherit'] })
  await until(5_000, async () => ((await call('GET', `${url}/-/metrics`, { timeoutMs: 500 })).kind === 'answered' ? true : 'the gateway did not start'))
})
afterAll(() => void gateway.stdin?.end())
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

async function instance(answer: Answer): Promise<{ url: string; server: Server }> {
  const port = await freePort()
  const server = await serve(port, (request, response, at) => (at.pathname === '/healthz' ? reply(response, 200, {}) : answer(request, response, at)))
  servers.push(server)
  return { url: `http://127.0.0.1:${port}`, server }
}

const tell = (service: string, upstreams: { id: string; url: string; draining: boolean }[], closed = false) => call('PUT', `${url}/-/upstreams/${service}`, { body: { closed, upstreams }, timeoutMs: 8_000 })
const ask = (method: string, path: string) => call(method, `${url}${path}`, { timeoutMs: 8_000 })
const status = (outcome: Awaited<ReturnType<typeof ask>>) => (outcome.kind === 'answered' ? outcome.status : outcome.kind)

test('asks healthy instances in turn and says which one answered', async () => {
  const [a, b] = [await instance((_, response) => reply(response, 200, {})), await instance((_, response) => reply(response, 200, {}))]
  await tell('turns', [{ id: 'a', url: a.url, draining: false }, { id: 'b', url: b.url, draining: false }])
  const seen = await Promise.all([1, 2, 3, 4].map(() => ask('GET', '/turns/x?y=1')))
  expect(seen.map((one) => (one.kind === 'answered' ? one.headers['x-instance'] : one.kind)).sort()).toEqual(['a', 'a', 'b', 'b'])
})

test('passes path, query, method and body on', async () => {
  const a = await instance(async (request, response, at) => {
    let body = ''
    for await (const part of request) body += String(part)
    reply(response, 201, { method: request.method, path: at.pathname + at.search, body })
  })
  await tell('echo', [{ id: 'a', url: a.url, draining: false }])
  const outcome = await call('POST', `${url}/echo/deep/path?q=1`, { body: { n: 1 }, timeoutMs: 2_000 })
  expect(outcome.kind === 'answered' && JSON.parse(outcome.body)).toEqual({ method: 'POST', path: '/deep/path?q=1', body: '{"n":1}' })
})

test('answers 404 for a service it was never told of, and 503 where none is healthy', async () => {
  expect(status(await ask('GET', '/nobody/'))).toBe(404)
  await tell('ill', [{ id: 'a', url: `http://127.0.0.1:${await freePort()}`, draining: false }])
  expect(status(await ask('GET', '/ill/'))).toBe(503)
})

test('an instance that breaks off costs a GET nothing, and a POST is never sent twice', async () => {
  let posts = 0
  const broken = await instance((request, response) => {
    if (request.method === 'POST') posts++
    response.destroy()
  })
  const well = await instance((request, response) => {
    if (request.method === 'POST') posts++
    reply(response, 200, {})
  })
  const upstreams = [{ id: 'broken', url: broken.url, draining: false }, { id: 'well', url: well.url, draining: false }]
  await tell('half', upstreams)
  const gets = await Promise.all(Array.from({ length: 10 }, () => ask('GET', '/half/')))
  expect(new Set(gets.map(status))).toEqual(new Set([200]))
  await until(3_000, async () => {
    const sent = await ask('POST', '/half/')
    return status(sent) === 502 ? true : 'the broken one was not asked yet'
  })
  const metrics = await ask('GET', '/-/metrics')
  const answered = metrics.kind === 'answered' ? [...metrics.body.matchAll(/gateway_requests_total\{service="half",code="(200|502)"\} (\d+)/g)].reduce((sum, found) => sum + Number(found[2]), 0) : 0
  expect(answered).toBe(10 + posts)
})

test('gives up on a slow answer with 504', async () => {
  const slow = await instance(async (_, response) => {
    await pause(7_000, undefined, { ref: false })
    reply(response, 200, {})
  })
  await tell('slow', [{ id: 'slow', url: slow.url, draining: false }])
  const began = performance.now()
  expect(status(await ask('GET', '/slow/'))).toBe(504)
  expect(performance.now() - began).toBeLessThan(6_000)
})

test('draining lets what is under way finish, sends nothing new, and answers when it is done', async () => {
  let asked = 0
  const a = await instance(async (_, response) => {
    asked++
    await pause(600)
    reply(response, 200, {})
  })
  await tell('drain', [{ id: 'a', url: a.url, draining: false }])
  const underWay = ask('GET', '/drain/')
  await until(2_000, () => Promise.resolve(asked === 1 ? true : 'not asked yet'))
  const began = performance.now()
  const drained = tell('drain', [{ id: 'a', url: a.url, draining: true }])
  await pause(50)
  expect(status(await ask('GET', '/drain/'))).toBe(503)
  await drained
  expect(performance.now() - began).toBeGreaterThan(400)
  expect(status(await underWay)).toBe(200)
  expect(asked).toBe(1)
  await tell('drain', [{ id: 'a', url: a.url, draining: false }])
  expect(status(await ask('GET', '/drain/'))).toBe(200)
})

test('a closed service turns users away at once, lets what is under way finish, and spoils no figure', async () => {
  let asked = 0
  const a = await instance(async (_, response) => {
    asked++
    await pause(500)
    reply(response, 200, {})
  })
  const upstreams = [{ id: 'a', url: a.url, draining: false }]
  await tell('door', upstreams)
  const underWay = ask('GET', '/door/')
  await until(2_000, () => Promise.resolve(asked === 1 ? true : 'not asked yet'))
  const began = performance.now()
  const closed = tell('door', upstreams, true)
  await pause(50)
  const turnedAway = await ask('GET', '/door/')
  expect(turnedAway).toMatchObject({ status: 503, headers: { 'retry-after': '2' } })
  expect(performance.now() - began).toBeLessThan(300)
  const answer = await closed
  expect(answer.kind === 'answered' && JSON.parse(answer.body)).toMatchObject({ closed: true, upstreams: [{ id: 'a', inFlight: 0 }] })
  expect(performance.now() - began).toBeGreaterThan(300)
  expect([status(await underWay), asked]).toEqual([200, 1])
  const metrics = await ask('GET', '/-/metrics')
  expect(metrics.kind === 'answered' && metrics.body).toMatch(/gateway_turned_away_total\{service="door"\} 1\n/)
  expect(metrics.kind === 'answered' && metrics.body).toMatch(/gateway_requests_total\{service="door",code="503"\} 0\n/)
  await tell('door', upstreams)
  expect(status(await ask('GET', '/door/'))).toBe(200)
})
