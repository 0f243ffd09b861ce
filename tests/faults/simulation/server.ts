import type { By, MachineStep, RunEvent, RunState } from '#lib/orchestration/rules/run-state.ts'
import { nextStep } from '#lib/orchestration/rules/next-step.ts'
import { reduce } from '#lib/orchestration/rules/run-machine.ts'
import type { History } from './history.ts'
import type { Injected, Weather } from './network.ts'
import type { Scheduler } from './scheduler.ts'

export const leaseMs = 15_000
export const marginMs = 2_000

export interface Lease {
  key: string
  epoch: number
  again: boolean
}

/** What an agent asks, and what it is answered. `null`: no answer ever comes. */
export type Answer = { lease: Lease | null } | { deadlineMs: number; cancel: boolean } | { refused: 'stale_lease' | 'conflict' }

interface Attempt {
  agent: string
  outcome: string | null
  /** The lease that began it, and the agent's id of the request that brought it; null where it came with the answer to a report. */
  lease: Lease
  ask: number | null
  /** The lease that went out in the answer to this attempt's report. */
  handedOver: Lease | null
}

/**
 * The server with its store, by the machine that the real one uses. Each request is one transaction on the whole run; a crash
 * comes before the commit (nothing happened) or after it (all of it happened, and nobody hears of it).
 */
export class Server {
  state: RunState
  readonly #attempts = new Map<string, Attempt>()
  readonly #agents: readonly string[]
  #asOf = 0
  #downUntil = 0
  readonly #scheduler: Scheduler
  readonly #weather: () => Weather
  readonly #injected: Injected
  readonly #history: History

  constructor(state: RunState, agents: readonly string[], { scheduler, weather, injected, history }: { scheduler: Scheduler; weather: () => Weather; injected: Injected; history: History }) {
    this.state = state
    this.#agents = agents
    this.#scheduler = scheduler
    this.#weather = weather
    this.#injected = injected
    this.#history = history
  }

  get down(): boolean {
    return this.#scheduler.now() < this.#downUntil
  }

  lease(agent: string, ask: number): Answer | null {
    return this.#transaction(() => ({ lease: this.#given(agent, ask) ?? this.#give(agent, ask) }))
  }

  renew(agent: string, key: string, epoch: number): Answer | null {
    return this.#transaction(() => {
      const turned = this.#apply({ type: 'renew', key, agentId: agent, epoch, leaseMs })
      if (!turned) return { refused: 'stale_lease' as const }
      return { deadlineMs: leaseMs, cancel: this.#step(key).cancelling }
    })
  }

  complete(agent: string, key: string, epoch: number, outcome: 'succeeded' | 'failed' | 'cancelled', want: boolean): Answer | null {
    return this.#transaction(() => {
      const attempt = this.#attempts.get(`${key}:${epoch}`)
      if (!attempt || attempt.agent !== agent) return { refused: 'stale_lease' as const }
      // The answer to the first report was lost: the same again, and the same lease if it still holds.
      if (attempt.outcome === outcome) {
        const lease = attempt.handedOver
        const still = lease && this.#step(lease.key).epoch === lease.epoch && this.#step(lease.key).status === 'leased'
        return { lease: want && still ? lease : null }
      }
      if (!this.#apply({ type: 'complete', key, agentId: agent, epoch, outcome, because: outcome === 'succeeded' ? null : 'as it happens' })) return { refused: 'stale_lease' as const }
      attempt.outcome = outcome
      attempt.handedOver = want ? this.#give(agent, null) : null
      return { lease: attempt.handedOver }
    })
  }

  /** The loops of the engine: time passes, leases run out. They look at what is, so a crash in between needs no repair. */
  tend(): void {
    if (this.down) return
    this.#pass()
    for (const step of this.state.steps) {
      if (step.status !== 'leased' || (step.leaseLeftMs ?? 0) > -marginMs) continue
      const { key, epoch } = step
      if (!this.#transaction(() => (this.#apply({ type: 'expire', key, marginMs, agent: step.agentId ?? 'nobody' }) ? { lease: null } : { refused: 'conflict' as const }))) return
      const attempt = this.#attempts.get(`${key}:${epoch}`)
      if (attempt && this.#step(key).status !== 'leased') attempt.outcome ??= 'expired'
    }
  }

  /** A person steers; returns false where it was refused or nobody answered. */
  steer(event: Extract<RunEvent, { by: By }>): boolean {
    const answer = this.#transaction(() => (this.#apply(event) ? { lease: null } : { refused: 'conflict' as const }))
    return answer !== null && !('refused' in answer)
  }

  /** What everybody may see, as of now. */
  seen(): RunState {
    this.#pass()
    return this.state
  }

  /** What the same request brought before: its answer was lost. */
  #given(agent: string, ask: number): Lease | null {
    const lease = [...this.#attempts.values()].find((attempt) => attempt.agent === agent && attempt.ask === ask && attempt.outcome === null)?.lease
    return lease && this.#apply({ type: 'renew', key: lease.key, agentId: agent, epoch: lease.epoch, leaseMs }) ? lease : null
  }

  #give(agent: string, ask: number | null): Lease | null {
    const places = new Map(this.state.steps.map((step) => [step.key, { regionId: 'here', kind: 'deploy' }]))
    const held = this.state.steps.filter((step) => step.status === 'leased')
    const next = nextStep(this.state, places, { regionId: 'here', kinds: ['deploy'], revoked: false, parallel: 2, held: held.filter((step) => step.agentId === agent).length, mostAtWork: 8, atWork: held.length })
    if (!next || !this.#apply({ type: 'lease', key: next.key, agentId: agent, leaseMs })) return null
    const { epoch } = this.#step(next.key)
    const again = [...this.#attempts].some(([id, attempt]) => id.startsWith(`${next.key}:`) && (attempt.outcome === 'expired' || attempt.outcome === 'cancelled'))
    const lease = { key: next.key, epoch, again }
    this.#attempts.set(`${next.key}:${epoch}`, { agent, outcome: null, lease, ask, handedOver: null })
    this.#history.push({ what: 'leased', at: this.#scheduler.now(), key: next.key, epoch, agent })
    return lease
  }

  #step = (key: string): MachineStep => this.state.steps.find((step) => step.key === key) as MachineStep

  #apply(event: RunEvent): boolean {
    const turned = reduce(this.state, event)
    if (!turned.ok) return false
    for (const step of turned.state.steps) {
      const before = this.state.steps.find((one) => one.key === step.key)
      if (before && before.status !== step.status) this.#history.push({ what: 'became', at: this.#scheduler.now(), key: step.key, epoch: step.epoch, status: step.status })
    }
    if (this.state.status !== turned.state.status) this.#history.push({ what: 'run', at: this.#scheduler.now(), status: turned.state.status })
    this.state = turned.state
    return true
  }

  #pass(): void {
    const ms = this.#scheduler.now() - this.#asOf
    this.#asOf += ms
    if (ms > 0) this.#apply({ type: 'tick', ms })
  }

  #transaction(work: () => Answer): Answer | null {
    if (this.down) return null
    this.#pass()
    const crash = this.#scheduler.chance() < this.#weather().serverCrash
    if (crash && this.#scheduler.chance() < 0.5) {
      this.#injected['server crashed before the commit']++
      this.#die()
      return null
    }
    const answer = work()
    if (!crash) return answer
    this.#injected['answer lost after the commit']++
    this.#die()
    return null
  }

  #die(): void {
    this.#downUntil = this.#scheduler.now() + this.#scheduler.between(50, 4_000)
  }
}
