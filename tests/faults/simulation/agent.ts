import type { Entry } from '#agent/journal.ts'
import { unsettled } from '#agent/journal.ts'
import type { History } from './history.ts'
import type { Injected, Weather } from './network.ts'
import type { Scheduler } from './scheduler.ts'
import type { Answer, Lease, Server } from './server.ts'
import { leaseMs } from './server.ts'

/** So much before the server's end of the lease the guard kills the step, whatever its agent does. */
export const guardMarginMs = 3_000

/** What is broken on purpose, so that it is seen whether anybody notices. */
export interface Sabotage {
  /** A guard that fires so much before (or, below zero, after) the end of the lease. */
  guardMarginMs?: number
  /** A server that takes every step for one that may be repeated. */
  credulous?: boolean
}

interface Work {
  lease: Lease
  /** The guard's own deadline; only an answered renewal moves it. */
  deadline: number
  over: boolean
}

interface Wires {
  scheduler: Scheduler
  server: Server
  send(who: string, deliver: () => void): void
  weather: () => Weather
  injected: Injected
  history: History
  /** Whether the world has the step's effect: what an agent sees when it looks first. */
  there: (key: string) => boolean
  /** How the world takes an attempt: `null` = it fails without an effect. */
  draw: () => { beforeMs: number; afterMs: number } | null
  sabotage: Sabotage
}

/** An agent: a journal that survives it, guards that outlive it, and everything else that dies with it. */
export class Agent {
  readonly name: string
  readonly #wires: Wires
  readonly #journal: Entry[] = []
  #life = 0
  #frozen = false
  #waiting: (() => void)[] = []
  /** The request for a step that has not been answered yet: it is sent again under the same id. Never the same in two lives. */
  #asking = 0
  #work = new Map<string, Work>()

  constructor(name: string, wires: Wires) {
    this.name = name
    this.#wires = wires
  }

  get #margin(): number {
    return this.#wires.sabotage.guardMarginMs ?? guardMarginMs
  }

  start(): void {
    const life = ++this.#life
    this.#asking++
    // What an earlier life left open: reports are delivered, what was cut off is never done again under its lease.
    const { started, untold } = unsettled(this.#journal)
    for (const { stepId, epoch } of started) this.#write({ type: 'lost', at: '', stepId, epoch, because: 'the agent ended' })
    for (const { stepId, epoch, outcome } of untold) this.#report(life, stepId, epoch, outcome, false)
    this.#poll(life)
    this.#tremble(life)
  }

  /** Its processes die with the machine's guards, after at most the guard's deadline; its memory is gone at once. */
  #crash(): void {
    this.#life++
    this.#wires.injected['agent crashed']++
    for (const work of this.#work.values()) this.#end(work)
    this.#work = new Map()
    this.#frozen = false
    this.#waiting = []
    this.#wires.scheduler.after(this.#wires.scheduler.between(20, 5_000), () => this.start())
  }

  /** What may befall it in the next tenth of a second. */
  #tremble(life: number): void {
    this.#wires.scheduler.after(100, () => {
      if (life !== this.#life) return
      const { weather, scheduler, injected } = this.#wires
      const { agentCrash, agentFreeze } = weather()
      if (scheduler.chance() < agentCrash) return this.#crash()
      if (!this.#frozen && scheduler.chance() < agentFreeze) {
        injected['agent frozen']++
        this.#frozen = true
        scheduler.after(scheduler.between(200, 2 * leaseMs), () => this.#thaw(life))
      }
      this.#tremble(life)
    })
  }

  #thaw(life: number): void {
    if (life !== this.#life) return
    this.#frozen = false
    for (const go of this.#waiting.splice(0)) go()
  }

  /** Does something as soon as this life is not frozen; never in another life. */
  #soon(life: number, what: () => void): void {
    if (life !== this.#life) return
    if (this.#frozen) this.#waiting.push(() => this.#soon(life, what))
    else what()
  }

  /** One request and its answer, over the network both ways. A request may arrive twice; whoever asked takes one answer. */
  #ask(life: number, request: () => Answer | null, answered: (answer: Answer) => void): void {
    let heard = false
    this.#wires.send(this.name, () => {
      const answer = request()
      if (!answer) return
      this.#wires.send(this.name, () => this.#soon(life, () => {
        if (heard) return
        heard = true
        answered(answer)
      }))
    })
  }

  #poll(life: number): void {
    this.#soon(life, () => {
      const asking = this.#asking
      this.#ask(life, () => this.#wires.server.lease(this.name, asking), (answer) => {
        if (this.#asking === asking) this.#asking++
        if ('lease' in answer && answer.lease) this.#take(life, answer.lease)
      })
      this.#wires.scheduler.after(300, () => this.#poll(life))
    })
  }

  #take(life: number, lease: Lease): void {
    const { scheduler, history } = this.#wires
    const highest = Math.max(0, ...this.#journal.filter((entry) => entry.stepId === lease.key).map((entry) => entry.epoch))
    // The same lease may come twice; it is begun once.
    if (lease.epoch <= highest) return
    this.#write({ type: 'intent', at: '', stepId: lease.key, epoch: lease.epoch, key: lease.key, kind: 'deploy' })
    const work: Work = { lease, deadline: 0, over: false }
    // The lease may have been long on its way: its first deadline is what a renewal says, before anything is done.
    const asked = scheduler.now()
    this.#ask(life, () => this.#wires.server.renew(this.name, lease.key, lease.epoch), (answer) => {
      if (this.#work.has(lease.key) || 'refused' in answer || !('deadlineMs' in answer)) return
      work.deadline = asked + answer.deadlineMs - this.#margin
      if (scheduler.now() >= work.deadline || answer.cancel) return
      this.#work.set(lease.key, work)
      history.push({ what: 'begun', at: scheduler.now(), key: lease.key, epoch: lease.epoch, agent: this.name })
      this.#guard(life, work)
      this.#hold(life, work)
      this.#act(life, work)
    })
    scheduler.after(leaseMs, () => this.#soon(life, () => {
      // Never begun: the renewal was refused or lost. How it ended is known: it did not happen, and the lease runs out by itself.
      if (work.deadline === 0) this.#write({ type: 'lost', at: '', stepId: lease.key, epoch: lease.epoch, because: 'never begun' })
    }))
  }

  /** The guard is a process of its own: it is not frozen and not killed with its agent, and it knows one thing, the deadline. */
  #guard(life: number, work: Work): void {
    const { scheduler } = this.#wires
    scheduler.after(work.deadline - scheduler.now(), () => {
      if (work.over) return
      if (scheduler.now() < work.deadline) return this.#guard(life, work)
      this.#end(work)
      this.#soon(life, () => this.#lose(work, 'the lease could not be kept'))
    })
  }

  #hold(life: number, work: Work): void {
    const { scheduler } = this.#wires
    scheduler.after(leaseMs / 3, () => this.#soon(life, () => {
      if (work.over) return
      const asked = scheduler.now()
      this.#ask(life, () => this.#wires.server.renew(this.name, work.lease.key, work.lease.epoch), (answer) => {
        if (work.over) return
        if ('refused' in answer) return this.#lose(work, 'the lease is somebody else’s')
        if (!('deadlineMs' in answer)) return
        work.deadline = Math.max(work.deadline, asked + answer.deadlineMs - this.#margin)
        if (answer.cancel) {
          this.#end(work)
          this.#finish(life, work, 'cancelled')
        }
      })
      this.#hold(life, work)
    }))
  }

  /** The worker runs in the guard's group: what freezes or kills the agent does not stop it, the guard does. */
  #act(life: number, work: Work): void {
    const { scheduler, history, draw, there } = this.#wires
    const { key, epoch, again } = work.lease
    if (again && there(key)) {
      scheduler.after(20, () => {
        if (work.over) return
        this.#end(work)
        this.#soon(life, () => this.#finish(life, work, 'succeeded'))
      })
      return
    }
    const way = draw()
    scheduler.after(way?.beforeMs ?? 40, () => {
      if (work.over) return
      if (way) history.push({ what: 'effect', at: scheduler.now(), key, epoch, agent: this.name })
      scheduler.after(way?.afterMs ?? 5, () => {
        if (work.over) return
        this.#end(work)
        this.#soon(life, () => this.#finish(life, work, way ? 'succeeded' : 'failed'))
      })
    })
  }

  #end(work: Work): void {
    if (work.over) return
    work.over = true
    this.#wires.history.push({ what: 'gone', at: this.#wires.scheduler.now(), key: work.lease.key, epoch: work.lease.epoch, agent: this.name })
  }

  #lose(work: Work, because: string): void {
    this.#end(work)
    if (this.#work.get(work.lease.key) === work) this.#work.delete(work.lease.key)
    this.#write({ type: 'lost', at: '', stepId: work.lease.key, epoch: work.lease.epoch, because })
  }

  #finish(life: number, work: Work, outcome: 'succeeded' | 'failed' | 'cancelled'): void {
    const { key, epoch } = work.lease
    this.#work.delete(key)
    this.#write({ type: 'ended', at: '', stepId: key, epoch, outcome, because: null, result: null })
    this.#report(life, key, epoch, outcome, true)
  }

  /** Again and again until the server has answered. */
  #report(life: number, key: string, epoch: number, outcome: 'succeeded' | 'failed' | 'cancelled', want: boolean): void {
    const told = (): boolean => this.#journal.some((entry) => entry.type === 'told' && entry.stepId === key && entry.epoch === epoch)
    this.#soon(life, () => {
      if (told()) return
      this.#ask(life, () => this.#wires.server.complete(this.name, key, epoch, outcome, want), (answer) => {
        if (told()) return
        const accepted = !('refused' in answer)
        this.#write({ type: 'told', at: '', stepId: key, epoch, answer: accepted ? 'accepted' : 'refused' })
        if (accepted) this.#wires.history.push({ what: 'accepted', at: this.#wires.scheduler.now(), key, epoch, agent: this.name, outcome })
        if ('lease' in answer && answer.lease) this.#take(life, answer.lease)
      })
      this.#wires.scheduler.after(600, () => this.#report(life, key, epoch, outcome, want))
    })
  }

  /** On disk when this returns: a crash never takes it back. */
  #write(entry: Entry): void {
    this.#journal.push(entry)
  }
}
