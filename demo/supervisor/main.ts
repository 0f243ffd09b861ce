import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bodyOf, objectOf, reply, serve } from '../shared/http.ts'
import { leaveWithParent } from '../shared/leave-with-parent.ts'
import { isDigest, keepArtifacts } from './artifacts.ts'
import type { SupervisorConfig } from './config.ts'
import { type Changed, keepService, type Service } from './service.ts'
import { openState, type Wanted } from './state.ts'

const biggestArtifact = 50 * 1024 * 1024
const longestSwitchMs = 300_000

const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as SupervisorConfig
mkdirSync(config.folder, { recursive: true })
const artifacts = keepArtifacts(join(config.folder, 'artifacts'), config.modules)
const state = openState(join(config.folder, 'state.json'))
const services = config.services.map((service) => keepService(config, service, artifacts, state))

const server = await serve(config.port, async (request, response, url) => {
  const [kind, name = '', part, id, verb] = url.pathname.slice(1).split('/').map(decodeURIComponent)
  if (kind === 'artifacts' && part === undefined) {
    if (!isDigest(name)) return reply(response, 400, { because: 'a digest is sha256: and 64 hexadecimal digits' })
    if (request.method === 'HEAD') {
      response.writeHead(artifacts.has(name) ? 200 : 404)
      return void response.end()
    }
    if (request.method === 'PUT') {
      const because = artifacts.put(name, await bodyOf(request, biggestArtifact))
      return because ? reply(response, 422, { because }) : reply(response, 201, { digest: name })
    }
  }
  if (kind === 'services') {
    const service = services.find((one) => one.name === name)
    const own = config.services.find((one) => one.name === name)
    if (!service || !own) return reply(response, 404, { because: `there is no service ${name} here` })
    if (request.method === 'GET' && part === undefined) return reply(response, 200, service.view())
    // Secrets are named, never shown.
    if (request.method === 'GET' && part === 'config') return reply(response, 200, { config: own.config, secrets: Object.keys(own.secrets) })
    if (request.method === 'POST' && part === 'instances' && id && verb === 'switch') {
      const wanted = wantedOf(await objectOf(request))
      if ('because' in wanted) return reply(response, 400, wanted)
      const { status, ...rest } = await service.switch(id, wanted.to, wanted.timeoutMs)
      return reply(response, status, rest)
    }
    if (request.method === 'POST' && part && id === undefined) {
      const changed = await change(service, part, await objectOf(request))
      if (!changed) return reply(response, 404, { because: `a service is drained, stopped, started or opened, not ${part}` })
      const { status, ...rest } = changed
      return reply(response, status, rest)
    }
  }
  reply(response, 404, { because: 'see demo/supervisor/README.md for what can be asked' })
})

interface Bad {
  status: 400
  because: string
}

/** The moves behind a closed door. Null where the verb is none of them. */
async function change(service: Service, verb: string, body: Record<string, unknown> | null): Promise<Changed | Bad | null> {
  if (verb === 'stop') return service.stop()
  if (verb === 'open') return service.open()
  if (verb === 'drain') {
    const timeoutMs = timeoutOf(body)
    return typeof timeoutMs === 'string' ? { status: 400, because: timeoutMs } : service.drain(timeoutMs)
  }
  if (verb !== 'start') return null
  const wanted = wantedOf(body)
  return 'because' in wanted ? { status: 400, ...wanted } : service.start(wanted.to, wanted.timeoutMs)
}

function wantedOf(body: Record<string, unknown> | null): { to: Wanted; timeoutMs: number } | { because: string } {
  const { digest, version } = body ?? {}
  if (typeof digest !== 'string' || !isDigest(digest)) return { because: 'digest must be sha256: and 64 hexadecimal digits' }
  if (typeof version !== 'string' || version === '') return { because: 'version must be a text' }
  const timeoutMs = timeoutOf(body)
  return typeof timeoutMs === 'string' ? { because: timeoutMs } : { to: { digest, version }, timeoutMs }
}

function timeoutOf(body: Record<string, unknown> | null): number | string {
  const { timeoutMs = 30_000 } = body ?? {}
  return typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= longestSwitchMs ? timeoutMs : `timeoutMs must be above 0 and at most ${longestSwitchMs}`
}

const tellAll = (): Promise<unknown> => Promise.all(services.map((service) => service.tellGateway()))
let telling = false
const timer = setInterval(() => {
  if (telling) return
  telling = true
  void tellAll().finally(() => (telling = false))
}, 2_000)
void tellAll()

leaveWithParent(async () => {
  clearInterval(timer)
  server.close()
  await Promise.all(services.map((service) => service.end()))
}, 7_000)
