import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import next from 'next'
import { bell } from '#lib/platform/bell.ts'
import { addressHeader } from '#lib/platform/auth.ts'
import { pool, publicPool } from '#lib/platform/db.ts'
import { env } from '#lib/platform/env.ts'
import { createHub } from '#lib/platform/hub.ts'
import { log } from '#lib/platform/log.ts'
import { endOfOutbox, startRelay } from '#lib/platform/relay.ts'
import { clientAddress } from '#lib/platform/rules/client-address.ts'
import { serves } from '#lib/platform/rules/served-by.ts'
import { shared } from '#lib/platform/runtime.ts'
import { createSockets } from '#lib/platform/server.ts'
import { assertSafeDatabase } from '#lib/platform/safe-database.ts'
import { assertSecretsOpen } from '#lib/platform/secrets.ts'
import { liveQueries, startEngine } from '#lib/wiring.ts'

/* The entry: HTTP, sockets and the engine in one process, or one of them by ROLE. */

const settings = orRefuse(env)
process.env['NEXTAUTH_URL'] = settings.PUBLIC_URL
process.env['NEXT_TELEMETRY_DISABLED'] = '1'
const startedAt = Date.now()
const say = log('server')

const servesWeb = settings.ROLE !== 'engine'
const runsEngine = settings.ROLE === 'all' || settings.ROLE === 'engine'

// The public role writes nothing, and has to come up while the database is away.
if (settings.ROLE !== 'public') await assertSafeDatabase().then(assertSecretsOpen).catch(refuse)

/** What an operator got wrong is a sentence at the end of the log, not a stack. */
function refuse(error: unknown): never {
  const { message, code } = error as NodeJS.ErrnoException
  console.error(`knowngood does not start: ${message || code}`)
  process.exit(1)
}

function orRefuse<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return refuse(error)
  }
}

const hub = shared('hub', () => createHub(liveQueries))
const sockets = createSockets(hub)

/** Hosts we answer to: links and cookies are built for PUBLIC_URL only, and a foreign Host must not get in between. */
const hosts = new Set([new URL(settings.PUBLIC_URL).host, `127.0.0.1:${settings.PORT}`, `localhost:${settings.PORT}`])

const secure = settings.TLS_CERT_FILE && settings.TLS_KEY_FILE ? { cert: readFileSync(settings.TLS_CERT_FILE), key: readFileSync(settings.TLS_KEY_FILE) } : null
const server = secure ? createHttpsServer(secure) : createHttpServer()
server.requestTimeout = 60_000
server.headersTimeout = 15_000

const app = servesWeb ? next({ dev: false, hostname: settings.HOST, port: settings.PORT, httpServer: server }) : null
await app?.prepare()
const handleRequest = app?.getRequestHandler()
// Next adds its own upgrade listener when it first answers; ours is the only one that may decide.
const onlyOurs = (): void => {
  for (const listener of server.listeners('upgrade')) if (listener !== upgrade) server.off('upgrade', listener as never)
}
const upgrade = (...[request, socket, head]: Parameters<typeof sockets.upgrade>): void => {
  if (servesWeb && settings.ROLE !== 'public') sockets.upgrade(request, socket, head)
  else socket.destroy()
}
server.on('upgrade', upgrade)
server.on('newListener', (event) => {
  if (event === 'upgrade') queueMicrotask(onlyOurs)
})

/** A half-written escape would be an error somewhere inside; it is one of whoever wrote it. */
function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

let draining = false
server.on('request', (request: IncomingMessage, response: ServerResponse) => {
  if (request.url === '/healthz') return health(response)
  if (!request.url?.startsWith('/') || !hosts.has(request.headers.host ?? '')) return plain(response, 421, 'this server answers to its own address only')
  if (!URL.canParse(request.url, 'http://localhost') || !isDecodable(request.url)) return plain(response, 400, 'this address cannot be read')
  if (!serves(settings.ROLE, request.url)) return plain(response, 404, 'this process does not serve that')
  if (request.method === 'TRACE') return plain(response, 405, 'not here')
  delete request.headers['x-middleware-subrequest']
  // Ours to say, whatever the client claims: the brake on guessing counts by it.
  const forwarded = request.headers['x-forwarded-for']
  request.headers[addressHeader] = clientAddress(request.socket.remoteAddress, typeof forwarded === 'string' ? forwarded : undefined, settings.TRUSTED_PROXIES)
  if (draining) response.setHeader('connection', 'close')
  if (!handleRequest) return plain(response, 404, 'this process serves no pages')
  handleRequest(request, response).catch((error: unknown) => {
    say.error({ err: error }, 'a request failed')
    if (!response.headersSent) plain(response, 500, 'something went wrong on our side')
  })
})

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(`${text}\n`)
}

/** Alive is not the same as able to write: both are said, and what is wrong with the records. */
function health(response: ServerResponse): void {
  void (settings.ROLE === 'public' ? publicPool() : pool())
    .query<{ alarms: string[] }>(settings.ROLE === 'public' ? 'select null as alarms' : 'select array(select kind from record_alarm order by kind) as alarms')
    .then(({ rows }) => ({ database: true, recordAlarms: rows[0]?.alarms ?? null }), () => ({ database: false, recordAlarms: null }))
    .then(({ database, recordAlarms }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify({ alive: true, database, recordAlarms, relayAgeMs: relay?.age() ?? null, role: settings.ROLE, upSeconds: Math.round((Date.now() - startedAt) / 1000), rssBytes: process.memoryUsage().rss, ...hub.stats() }))
    })
}

const relay = servesWeb && settings.ROLE !== 'public' ? await startRelay({ from: await endOfOutbox(), listen: true, deliver: (events) => hub.relay(events), onTrouble: (away) => hub.setAway(away) }) : null
const engine = runsEngine ? await startEngine() : null

server.listen(settings.PORT, settings.HOST, () => {
  say.info({ url: settings.PUBLIC_URL, role: settings.ROLE, readyMs: Math.round(performance.now()) }, 'ready')
  process.send?.({ ready: true })
})
server.on('error', (error: NodeJS.ErrnoException) => {
  say.fatal({ error: error.message }, error.code === 'EADDRINUSE' ? `port ${settings.PORT} is in use; set PORT` : 'cannot listen')
  process.exit(1)
})

async function stop(signal: string): Promise<void> {
  if (draining) return
  draining = true
  say.info({ signal }, 'draining')
  // Whatever hangs must not keep a deploy waiting for ever.
  setTimeout(() => process.exit(1), 15_000).unref()
  shared('drain', () => new AbortController()).abort()
  bell().ring()
  server.close()
  server.closeIdleConnections()
  await engine?.stop()
  await relay?.stop()
  hub.stop()
  await sockets.close()
  server.closeAllConnections()
  await app?.close()
  await pool().end()
  process.exit(0)
}
process.on('SIGTERM', () => void stop('SIGTERM'))
process.on('SIGINT', () => void stop('SIGINT'))
// Whoever started us with a channel and is gone cannot stop us any more.
if (process.connected) process.once('disconnect', () => void stop('the parent is gone'))
// An error nobody caught leaves unknown state behind; the supervisor starts us again and everything resumes from the database.
process.on('uncaughtException', (error) => {
  say.fatal({ err: error }, 'uncaught')
  process.exit(1)
})
process.on('unhandledRejection', (error) => say.error({ err: error }, 'an unhandled rejection'))
