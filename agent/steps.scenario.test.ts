import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Desk } from './testing/desk.ts'
import { scratchFolder, startDesk } from './testing/desk.ts'
import { processesWith } from './testing/processes.ts'
import { until } from './testing/until.ts'

const secret = 'tok/en "42" é'
const folder = scratchFolder()
let desk: Desk
let world: Server
let host: string
let asked: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[]

beforeAll(async () => {
  world = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      if (request.url === '/away') return void response.writeHead(302, { location: 'http://elsewhere.example/x' }).end()
      if (request.url === '/here') return void response.writeHead(302, { location: '/answer' }).end()
      if (request.url === '/large') return void response.end('x'.repeat(1_100_000))
      if (request.url === '/not-yet') return void response.writeHead(404).end('not yet')
      if (request.url === '/ill') return void response.writeHead(503).end('ill')
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: [{ name: 'first', ready: true }], said: request.headers['x-token'] ?? null }))
    })
  })
  await new Promise<void>((resolve) => world.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(world.address() as AddressInfo).port}`
  desk = await startDesk({ folder, config: { allow: ['shell', 'http'], secrets: ['TOKEN'], env: ['PATH', 'GREETING'], shell: { cwd: folder }, http: { hosts: [host] } }, env: { TOKEN: secret, GREETING: 'hello', HIDDEN: 'hidden' } })
})
beforeEach(() => void (asked = []))
afterAll(async () => {
  await desk.close()
  world.closeAllConnections()
  world.close()
})

test('a command goes through a shell and sees only what it may see', async () => {
  const { outcome, result, lines } = await desk.do('shell', { command: 'echo "$GREETING [$HIDDEN] [$TOKEN] [$KNOWNGOOD_ENROLMENT_TOKEN]" | tr a-z A-Z; env | cut -d= -f1 | sort | tr "\\n" " "', cwd: '.' })
  expect([outcome, result]).toEqual(['succeeded', { exit: 0, tail: ['HELLO [] [] []', 'GREETING PATH PWD '] }])
  expect(await lines()).toContain('HELLO [] [] []')
})

test('a secret is passed where it is asked for, and is stars in every form', async () => {
  const { outcome, because, result, lines } = await desk.do('shell', { command: 'echo "raw $TOKEN"; printf %s "$TOKEN" | base64; printf %s "$TOKEN" | od -An -v -tx1 | tr -d " \\n"; echo; printf %s "$TOKEN" >&2; exit 3', env: ['TOKEN'] })
  const all = JSON.stringify([outcome, because, result, await lines()])
  expect(all).not.toMatch(/tok\/en|746f6b2f656e|dG9rL2Vu/)
  expect(outcome).toBe('failed')
  expect(because).toBe('the command ended with 3: ***')
  expect(result).toMatchObject({ exit: 3, tail: ['raw ***', '***', '***', '***'] })
  expect((await desk.do('shell', { command: 'true', env: ['HIDDEN'] })).because).toBe('env: HIDDEN is not one of the variables that may be passed on (env, secrets)')
})

test('the exit code that is expected is the one that is right, and a folder that is not there is said to be', async () => {
  expect(await desk.do('shell', { command: 'exit 7', expectExit: 7 })).toMatchObject({ outcome: 'succeeded', result: { exit: 7 } })
  expect((await desk.do('shell', { command: 'exit 0', expectExit: 7 })).because).toBe('the command ended with 0, not with 7')
  expect((await desk.do('shell', { command: 'true', cwd: 'nowhere' })).because).toBe(`cwd: there is no nowhere below ${folder}`)
})

test('a flood is capped, with its end kept; it fills no memory and holds no step up', async () => {
  const { outcome, lines, result } = await desk.do('shell', { command: 'yes "0123456789012345678901234567890123456789" | head -n 60000; echo the end; head -c 9000000 /dev/zero | tr "\\0" z; echo; echo really the end' })
  expect(outcome).toBe('succeeded')
  expect((result?.['tail'] as string[]).at(-1)).toBe('really the end')
  const seen = await until('the end of its log', () => [...desk.center.logs.values()].find((one) => one.at(-1)?.line === 'really the end'), 20_000)
  expect(seen.length).toBeLessThanOrEqual(20_000)
  expect(seen.find((line) => line.stream === 'agent' && line.line.startsWith('… cut: '))?.line).toMatch(/^… cut: 40\d\d\d lines, \d+ bytes, not kept$/)
  expect(seen.some((line) => line.line.length === 4_000 && line.line.startsWith('zzz'))).toBe(true)
  expect(await lines()).toBeDefined()
})

test('a step that is ended leaves no process, grandchildren in the background included', async () => {
  const mark = join(folder, 'marker')
  const id = desk.center.offer({ key: 'stubborn', kind: 'shell', params: { command: `trap '' TERM INT HUP; (while :; do sleep 0.1; echo . >> ${mark}; done) & sh -c 'trap "" TERM; while :; do sleep 0.2; : ${mark}; done'` } })
  await until('it to act', () => existsSync(mark))
  expect(processesWith(mark).length).toBeGreaterThanOrEqual(2)
  desk.center.cancel(id)
  await until('its end', () => desk.center.completions.find((one) => one.stepId === id && one.outcome === 'cancelled'))
  expect(processesWith(mark)).toEqual([])
  const after = readFileSync(mark).length
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(readFileSync(mark).length).toBe(after)
  // What a successful step left in the background ends with it as well.
  expect((await desk.do('shell', { command: `sh -c 'while :; do sleep 0.2; : ${mark}; done' > /dev/null 2>&1 &` })).outcome).toBe('succeeded')
  expect(processesWith(mark)).toEqual([])
})

test('a request: its secret header arrives and is shown nowhere, and its answer is looked at', async () => {
  const { outcome, result, lines } = await desk.do('http', { method: 'POST', url: `http://${host}/answer`, body: { a: [1] }, headers: { 'X-Plain': 'p' }, secretHeaders: { 'X-Token': 'TOKEN' }, expect: { status: [200], jsonPath: '$.items[0].name', equals: 'first' } })
  expect([outcome, asked[0]?.method, asked[0]?.body, asked[0]?.headers['x-plain'], asked[0]?.headers['content-type']]).toEqual(['succeeded', 'POST', '{"a":[1]}', 'p', 'application/json'])
  expect(JSON.stringify([result, await lines()])).not.toContain('tok/en')
  expect(result).toMatchObject({ status: 200, body: expect.stringContaining('***') as string })
})

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a place that is not allowed', { method: 'GET', url: 'http://elsewhere.example/' }, /elsewhere\.example is not one of the hosts this agent may ask/],
  ['a redirect to a place that is not allowed', { method: 'GET', url: '/away' }, /elsewhere\.example is not one of the hosts/],
  ['a redirect of what changes something', { method: 'POST', url: '/here' }, /answered 302, not 2xx/],
  ['another status', { method: 'GET', url: '/answer', expect: { status: [204, 404] } }, /answered 200, not 204 or 404/],
  ['another value', { method: 'GET', url: '/answer', expect: { jsonPath: '$.items[0].ready', equals: false } }, /answered with true at \$\.items\[0\]\.ready, not false/],
  ['nothing at a path', { method: 'GET', url: '/answer', expect: { jsonPath: '$.items[3]' } }, /answered with nothing at \$\.items\[3\]/],
  ['another text', { method: 'GET', url: '/answer', expect: { contains: 'second' } }, /answered without "second"/],
  ['too long an answer', { method: 'GET', url: '/large' }, /answered with more than 1048576 bytes/],
  ['a secret that is not allowed', { method: 'GET', url: '/answer', secretHeaders: { a: 'HIDDEN' } }, /HIDDEN is not one of the secrets/],
])('a request is refused or fails with a reason: %s', async (_, params, because) => {
  const url = String(params['url'])
  const ended = await desk.do('http', { ...params, url: url.startsWith('/') ? `http://${host}${url}` : url })
  expect([ended.outcome, ended.because]).toEqual(['failed', expect.stringMatching(because)])
})

test('a redirect on the same host is followed where nothing is changed', async () => {
  expect((await desk.do('http', { method: 'GET', url: `http://${host}/here`, expect: { contains: 'first' } })).outcome).toBe('succeeded')
})

test('after an unknown end: done is done, not done is done now, and what nobody knows is not done again', async () => {
  const file = join(folder, 'once')
  const effect = { command: `echo done >> ${file}` }
  const check = { kind: 'shell', params: { command: `test -e ${file}` } }
  const again = { again: true, repeatable: false, check }
  expect(await desk.do('shell', effect, again)).toMatchObject({ outcome: 'succeeded', result: { exit: 0 } })
  const second = await desk.do('shell', effect, again)
  expect(second).toMatchObject({ outcome: 'succeeded', result: { already: true, check: { exit: 0 } } })
  expect(await second.lines()).toContain('it was done already: the shell check says so')
  // On the first attempt nobody asks.
  expect(await desk.do('shell', effect, { check, repeatable: false })).toMatchObject({ result: { exit: 0 } })
  expect(readFileSync(file, 'utf8')).toBe('done\ndone\n')

  const broken = { again: true, check: { kind: 'shell', params: { command: 'exit 2' } } }
  const id = desk.center.offer({ key: 'nobody-knows', kind: 'shell', params: effect, repeatable: false, ...broken })
  await until('the agent to say that it does not know', () => desk.agent.output().includes('whether it was done could not be found out, so it is not done again'))
  expect(desk.center.completions.some((one) => one.stepId === id)).toBe(false)
  expect(await desk.do('shell', effect, { ...broken, repeatable: true })).toMatchObject({ outcome: 'succeeded' })
  expect(readFileSync(file, 'utf8')).toBe('done\ndone\ndone\n')
  const asked = (path: string) => ({ again: true, repeatable: false, check: { kind: 'http', params: { method: 'GET', url: `http://${host}${path}` } } })
  expect(await desk.do('shell', effect, asked('/answer'))).toMatchObject({ result: { already: true, check: { status: 200 } } })
  expect(await desk.do('shell', effect, asked('/not-yet'))).toMatchObject({ result: { exit: 0 } })
  desk.center.offer({ key: 'nobody-answers', kind: 'shell', params: effect, ...asked('/ill') })
  await until('the agent to leave it alone', () => /lost nobody-answers/.test(desk.agent.output()))
  expect(readFileSync(file, 'utf8')).toBe('done\n'.repeat(4))
})

test('what takes a step back is done under its own key', async () => {
  const file = join(folder, 'undone')
  writeFileSync(file, 'x')
  const ended = await desk.do('shell', { command: 'exit 9' }, { undo: true, compensate: { kind: 'shell', params: { command: `rm ${file}` } } })
  expect([ended.outcome, existsSync(file)]).toEqual(['succeeded', false])
})

test('several at a time, told in the heartbeat, and asked to end it waits for all of them', async () => {
  const began = performance.now()
  const ids = Array.from({ length: 6 }, (_, index) => desk.center.offer({ key: `slow-${index}`, kind: 'shell', params: { command: 'sleep 2.5' } }))
  await until('four at work', () => desk.center.heartbeats.at(-1)?.working === 4)
  expect(desk.center.heartbeats.at(-1)?.parallel).toBe(4)
  expect(ids.map((id) => desk.center.status(id))).toEqual(['leased', 'leased', 'leased', 'leased', 'ready', 'ready'])
  desk.agent.child.kill('SIGTERM')
  expect(await desk.agent.exited).toEqual({ code: 0, signal: null })
  expect(desk.center.completions.filter((one) => ids.includes(one.stepId)).map((one) => one.outcome)).toEqual(Array(4).fill('succeeded'))
  expect(performance.now() - began).toBeLessThan(9_000)
})
