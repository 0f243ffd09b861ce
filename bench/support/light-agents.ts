import { generateKeyPairSync } from 'node:crypto'
import type { Server } from '#agent/http.ts'
import { connect, postJson } from '#agent/http.ts'
import { publicKeyOf } from '#agent/key.ts'
import type { Lease } from '#agent/protocol.ts'
import { answerParent } from './child.ts'

/* Many agents in one process: each speaks the whole protocol with a key of its own, and does its steps in no time. What is measured is the server. */

interface Order {
  server: string
  agents: { name: string; region: string; token: string }[]
  /** What runs, by service: one digest, changed by deploy steps. Each service of a region is watched by two of its agents. */
  services: string[]
  digest: string
  version: string
}

interface Told {
  steps: number
  leaseBytes: number
}

const told: Told = { steps: 0, leaseBytes: 0 }
/** By region and service, what runs there: agents of a region see the same. */
const fleet = new Map<string, { digest: string; version: string }>()
/** Hashes of plans that were sent before. */
const plans = new Set<string>()
let working = true

async function start({ server, agents, services, digest, version }: Order): Promise<void> {
  for (const { region } of agents) for (const service of services) fleet.set(`${region}/${service}`, { digest, version })
  await Promise.all(agents.map((agent) => {
    const beside = agents.filter(({ region }) => region === agent.region)
    const own = beside.indexOf(agent)
    return begin(server, agent, services.filter((_service, index) => [own, (own + 1) % beside.length].includes(index % beside.length)))
  }))
}

async function begin(server: string, { name, region, token }: Order['agents'][number], services: readonly string[]): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const stepKinds = ['snapshot', 'stage', 'deploy', 'verify', 'drain', 'stop', 'open', 'shell']
  const { agentId } = (await postJson(`${server}/api/v1/agents/enrol`, { v: 1, token, name, publicKey: publicKeyOf(privateKey), stepKinds }, { timeoutMs: 30_000 })) as { agentId: string }
  const to = connect(server, agentId, privateKey)
  const observations = (): object[] => services.map((service) => ({ service, instances: [{ id: `${service}-1`, ...fleet.get(`${region}/${service}`), state: 'healthy' }], unreachable: false }))
  const beat = (): Promise<unknown> => to.post('/api/v1/agents/heartbeat', { v: 1, stepKinds, working: [], observations: observations() }, { timeoutMs: 30_000 })
  await beat()
  void (async () => {
    while (working) {
      await new Promise((settle) => setTimeout(settle, 4_000))
      await beat().catch(() => undefined)
    }
  })()
  void work(to, region)
}

async function work(to: Server, region: string): Promise<void> {
  while (working) {
    const { lease } = await to.post<{ lease: Lease | null }>('/api/v1/agents/lease', { v: 1, waitMs: 10_000, plans: [...plans] }, { timeoutMs: 40_000 }).catch(() => ({ lease: null }))
    for (let held = lease; held; ) held = await finish(to, region, held)
  }
}

async function finish(to: Server, region: string, { stepId, epoch, kind, params, ...rest }: Lease): Promise<Lease | null> {
  told.leaseBytes += JSON.stringify(rest).length
  plans.add(rest.plan.hash)
  const { service, to: release } = params as { service: string; to?: { digest: string; version: string } }
  if (kind === 'deploy' && release) fleet.set(`${region}/${service}`, { digest: release.digest, version: release.version })
  const instances = kind === 'deploy' || kind === 'verify' ? [{ id: `${service}-1`, ...fleet.get(`${region}/${service}`), state: 'healthy' }] : null
  const answer = await to.post<{ lease: Lease | null }>(`/api/v1/agents/steps/${stepId}/complete`, { v: 1, epoch, outcome: 'succeeded', because: null, result: instances && { instances }, want: true, plans: [...plans] }, { timeoutMs: 30_000 })
  told.steps++
  return answer.lease
}

answerParent(async (message) => {
  const { order, stop } = message as { order?: Order; stop?: true }
  if (order) await start(order)
  if (stop) working = false
  return told
})
