import { createHash, createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import canonicalize from 'canonicalize'
import type { Lease, LogLine, Observation, Outcome, Sample } from '../protocol.ts'

export interface Offered {
  key: string
  kind: string
  params: Record<string, unknown>
  timeoutMs?: number
  repeatable?: boolean
  check?: { kind: string; params: Record<string, unknown> }
  compensate?: { kind: string; params: Record<string, unknown> }
  /** Leases what takes the step back, not the step. */
  undo?: boolean
  /** As if an earlier attempt had ended without a known outcome. */
  again?: boolean
  /** Changes what is sent after it was signed. */
  tamper?: (lease: Lease) => void
}

interface Step {
  id: string
  offered: Offered
  epoch: number
  status: 'ready' | 'leased' | 'done' | 'expired'
  expiresAt: number
  cancel: boolean
  again: boolean
  /** The request that brought the lease: the agent's own id of it, or the report that it came with. */
  ask: string
}

export interface Completion extends Outcome {
  stepId: string
  epoch: number
  key: string
}

export interface CommandCenter {
  url: string
  token: string
  offer: (step: Offered) => string
  /** Puts an expired step back, as the server does for a repeatable one. */
  offerAgain: (stepId: string) => void
  cancel: (stepId: string) => void
  /** Answers nothing but 503 while true. */
  down: boolean
  /** Throws away the answers that bring this step's lease while it says so; the step is leased all the same. */
  lose: (stepId: string) => boolean
  completions: Completion[]
  refused: { path: string; epoch: number }[]
  logs: Map<string, LogLine[]>
  heartbeats: { at: number; observations: Observation[]; stepKinds: string[]; parallel: number; working: number }[]
  samples: Sample[]
  measure: string[]
  clockOffsetMs: number
  status: (stepId: string) => Step['status'] | undefined
  close: () => Promise<void>
}

const raw = (key: ReturnType<typeof createPublicKey>): string => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url')
const publicKeyOf = (text: string) => createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(text, 'base64url')]), format: 'der', type: 'spki' })

/** The agent protocol over real HTTP with real signatures, kept in memory: what the agent sees of a command center. */
export async function startCommandCenter({ leaseMs = 15_000 } = {}): Promise<CommandCenter> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const runId = randomUUID()
  const steps: Step[] = []
  const agents = new Map<string, string>()
  let tokenUsed = false

  const center: CommandCenter = {
    url: '',
    token: `kge_${randomUUID()}`,
    down: false,
    lose: () => false,
    completions: [],
    refused: [],
    logs: new Map(),
    heartbeats: [],
    samples: [],
    measure: [],
    clockOffsetMs: 0,
    offer: (offered) => {
      const id = randomUUID()
      steps.push({ id, offered, epoch: 0, status: 'ready', expiresAt: 0, cancel: false, again: offered.again ?? false, ask: '' })
      return id
    },
    offerAgain: (stepId) => {
      const step = steps.find((one) => one.id === stepId)
      if (step) Object.assign(step, { status: 'ready', again: true })
    },
    cancel: (stepId) => {
      const step = steps.find((one) => one.id === stepId)
      if (step) step.cancel = true
    },
    status: (stepId) => {
      expire()
      return steps.find((one) => one.id === stepId)?.status
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }

  function expire(): void {
    for (const step of steps) if (step.status === 'leased' && step.expiresAt < performance.now()) step.status = 'expired'
  }

  /** The next lease; asked again by the same request, the same one. */
  function leaseNext(ask: string): Lease | null {
    expire()
    const given = steps.find((one) => one.status === 'leased' && one.ask === ask)
    const step = given ?? steps.find((one) => one.status === 'ready')
    if (!step) return null
    if (!given) Object.assign(step, { epoch: step.epoch + 1, status: 'leased', ask })
    step.expiresAt = performance.now() + leaseMs
    const { key, kind, params, timeoutMs = 60_000, repeatable = true, check = null, compensate = null, undo = false } = step.offered
    const doing = undo && compensate ? { key: `undo:${key}`, ...compensate } : { key, kind, params }
    const document = { v: 1, steps: [{ key, kind, service: params['service'] ?? null, environment: 'production', region: 'eu', agentKind: 'real', params, repeatable, timeoutMs, after: [], check, compensate }] }
    const hash = `sha256:${createHash('sha256').update(canonicalize(document) ?? '').digest('hex')}`
    const signature = sign(null, Buffer.from(`knowngood-lease-v1\n${runId}\n${step.id}\n${step.epoch}\n${hash}`), privateKey).toString('base64url')
    const lease: Lease = { v: 1, stepId: step.id, runId, ...doing, attempt: step.epoch, epoch: step.epoch, leaseMs, timeoutMs, repeatable, again: step.again, plan: { document, hash, signature } }
    step.offered.tamper?.(lease)
    return lease
  }

  async function answer(path: string, body: Record<string, unknown>, gone: () => boolean): Promise<[number, unknown]> {
    const [, stepId, verb] = /^\/api\/v1\/agents\/steps\/([^/]+)\/(\w+)$/.exec(path) ?? []
    const epoch = Number(body['epoch'])
    if (stepId) {
      expire()
      const step = steps.find((one) => one.id === stepId)
      const stale = (): [number, unknown] => {
        center.refused.push({ path, epoch })
        return [409, { code: 'stale_lease', status: 409, detail: 'this step is no longer yours' }]
      }
      if (!step) return [404, { code: 'not_found' }]
      if (verb === 'log') {
        if (step.epoch !== epoch) return stale()
        const lines = center.logs.get(`${stepId}:${epoch}`) ?? []
        const fresh = (body['lines'] as LogLine[]).filter((line) => !lines.some((old) => old.seq === line.seq))
        center.logs.set(`${stepId}:${epoch}`, [...lines, ...fresh])
        return [200, { next: (lines.at(-1)?.seq ?? 0) + 1 }]
      }
      if (verb === 'renew') {
        if (step.epoch !== epoch || step.status !== 'leased') return stale()
        step.expiresAt = performance.now() + leaseMs
        return [200, { leaseMs, cancel: step.cancel }]
      }
      const told = center.completions.find((one) => one.stepId === stepId && one.epoch === epoch)
      if (!told) {
        if (step.epoch !== epoch || step.status !== 'leased') return stale()
        step.status = 'done'
        center.completions.push({ stepId, epoch, key: step.offered.key, outcome: body['outcome'] as Outcome['outcome'], because: body['because'] as string | null, result: body['result'] as Outcome['result'] })
      }
      return [200, { lease: body['want'] === true ? leaseNext(`${stepId}:${epoch}`) : null }]
    }
    if (path.endsWith('/heartbeat')) {
      center.heartbeats.push({ at: performance.now(), observations: body['observations'] as Observation[], stepKinds: body['stepKinds'] as string[], parallel: Number(body['parallel']), working: (body['working'] as unknown[]).length })
      const working = body['working'] as { stepId: string }[]
      return [200, { now: Date.now() + center.clockOffsetMs, measure: center.measure, cancel: steps.filter((step) => step.cancel && working.some((one) => one.stepId === step.id)).map((step) => step.id) }]
    }
    if (path.endsWith('/samples')) {
      center.samples.push(...(body['samples'] as Sample[]))
      return [200, { accepted: (body['samples'] as Sample[]).length }]
    }
    const until = performance.now() + Number(body['waitMs'])
    for (;;) {
      const lease = gone() ? null : leaseNext(String(body['ask']))
      if (lease || performance.now() >= until || gone()) return [200, { lease }]
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  function authentic(header: string, path: string, text: string): [number, unknown] | null {
    const [id = '', millis = '', signature = ''] = header.replace(/^Agent /, '').split('.')
    const key = agents.get(id)
    const signed = `POST\n${path}\n${millis}\n${createHash('sha256').update(text).digest('hex')}`
    if (!key || !verify(null, Buffer.from(signed), publicKeyOf(key), Buffer.from(signature, 'base64url'))) return [401, { code: 'unauthenticated', detail: 'invalid credential' }]
    const now = Date.now() + center.clockOffsetMs
    return Math.abs(now - Number(millis)) > 300_000 ? [401, { code: 'clock_skew', detail: 'your clock is off', now }] : null
  }

  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', async () => {
      const path = request.url ?? ''
      const send = (status: number, data: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data))
      if (center.down) return send(503, {})
      const body = JSON.parse(text) as Record<string, unknown>
      if (path === '/api/v1/agents/enrol') {
        if (body['token'] !== center.token || tokenUsed) return send(410, { code: 'gone', detail: 'this token was used' })
        tokenUsed = true
        const agentId = randomUUID()
        agents.set(agentId, String(body['publicKey']))
        return send(201, { agentId, name: body['name'], environment: 'production', region: 'eu', kind: 'real', serverKey: raw(publicKey), leaseMs, heartbeatMs: 300, sampleMs: 1_000 })
      }
      const no = authentic(request.headers.authorization ?? '', path, text)
      if (no) return send(...no)
      const [status, data] = await answer(path, body, () => response.destroyed || center.down)
      const brought = (data as { lease?: Lease | null }).lease
      if (brought && center.lose(brought.stepId)) return void response.destroy()
      send(status, data)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  center.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return center
}
