import { createHash } from 'node:crypto'
import type { By, MachineStep, RunState } from '#lib/orchestration/rules/run-state.ts'
import { isOver } from '#lib/orchestration/rules/run-state.ts'
import type { Sabotage } from './agent.ts'
import { Agent } from './agent.ts'
import type { Expectation, History } from './history.ts'
import { broken } from './history.ts'
import type { Injected, Weather } from './network.ts'
import { calm, createNetwork, nothingInjected, storm } from './network.ts'
import type { Scheduler } from './scheduler.ts'
import { schedule } from './scheduler.ts'
import { Server } from './server.ts'

/** How long it blows, and how long after the last fault everything has to be over; virtual milliseconds. */
const stormMs = 60_000
const calmMs = 180_000

export interface Simulated {
  seed: number
  wrong: readonly string[]
  injected: Injected
  things: number
  asked: number
  status: RunState['status']
  /** Over everything that happened: the same seed, the same digest. */
  digest: string
}

/** One run of one seed: server, agents and store under a scheduler that drops, doubles, delays, crashes, freezes and revives. */
export function simulate(seed: number, sabotage: Sabotage = {}): Simulated {
  const scheduler = schedule(seed)
  const history: History = []
  const injected = nothingInjected()
  const weather = (): Weather => (scheduler.now() < stormMs ? storm : calm)
  const steps = drawSteps(scheduler)
  const state: RunState = { status: 'pending', because: null, purpose: 'rollback', term: 1, startedBy: 'commander-1', compensating: false, steps: steps.map((step) => (sabotage.credulous ? { ...step, repeatable: true } : step)) }
  const names = ['one', 'two', 'three']
  const server = new Server(state, names, { scheduler, weather, injected, history })
  const network = createNetwork(scheduler, weather, injected)
  const there = (key: string): boolean => history.some((entry) => entry.what === 'effect' && entry.key === key)
  const draw = (): { beforeMs: number; afterMs: number } | null => (scheduler.chance() < 0.1 ? null : { beforeMs: scheduler.between(5, scheduler.chance() < 0.25 ? 40_000 : 800), afterMs: scheduler.between(1, 200) })
  for (const name of names) new Agent(name, { scheduler, server, send: network.send, weather, injected, history, there, draw, sabotage }).start()

  const tend = (): void => {
    server.tend()
    scheduler.after(500, tend)
  }
  tend()
  const person = commands(server, scheduler, history, there)
  const things = scheduler.runUntil(stormMs + calmMs)

  const expectation: Expectation = { after: new Map(steps.map((step) => [step.key, step.after])), repeatable: new Set(steps.flatMap((step) => (step.repeatable ? [step.key] : []))) }
  const { status } = server.state
  const wrong = [...broken(history, expectation), ...person.wrong]
  if (!isOver(status)) wrong.push(`${calmMs} ms after the last fault the run is ${status}: ${server.state.because ?? ''}`)
  const held = server.state.steps.filter((step) => step.status === 'leased')
  if (held.length > 0) wrong.push(`somebody still holds ${held.map((step) => step.key).join(' and ')}`)
  return { seed, wrong, injected, things, asked: person.asked(), status, digest: createHash('sha256').update(JSON.stringify([history, server.state, injected])).digest('hex') }
}

/** Between two and nine steps, each after some of those before it; half of them may not be repeated, some are tried again by themselves. */
function drawSteps(scheduler: Scheduler): MachineStep[] {
  const keys = Array.from({ length: scheduler.between(2, 9) }, (_, index) => `s${index}`)
  return keys.map((key, index): MachineStep => {
    const repeatable = scheduler.chance() < 0.5
    return {
      key, after: keys.slice(0, index).filter(() => scheduler.chance() < 0.35), status: 'blocked', because: null, epoch: 0, attempt: 0, agentId: null, leaseLeftMs: null, waitLeftMs: null, cancelling: false,
      repeatable, retry: { times: repeatable ? scheduler.between(0, 2) : 0, backoffMs: 200, maxBackoffMs: 2_000, used: 0 }, center: null, compensate: scheduler.chance() < 0.4 ? { kind: 'deploy', params: {} } : null, undoes: null,
    }
  })
}

interface Commanding {
  asked(): number
  /** Orders of a seat that was lost, and that somebody obeyed. */
  wrong: readonly string[]
}

/** Somebody commands: starts it, now and then pauses, stops, hands over or gives up, and where it hangs looks at the world and says what is so. */
function commands(server: Server, scheduler: Scheduler, history: History, there: (key: string) => boolean): Commanding {
  const wrong: string[] = []
  let asked = 0
  let term = 1
  const by = (): By => ({ id: `commander-${term}`, name: `the ${term}th`, term })
  const word = (key: string, says: 'again' | 'happened' | 'skip'): void => void history.push({ what: 'word', at: scheduler.now(), key, says })
  const whim = (): void => {
    const mood = scheduler.chance()
    if (mood < 0.01) server.steer({ type: 'pause', by: by(), reason: 'a moment' })
    else if (mood < 0.02) server.steer({ type: 'stop', by: { ...by(), term: null }, reason: 'everything' })
    else if (mood < 0.023) server.steer({ type: 'abort', by: by(), reason: 'it is not worth it' })
    else if (mood < 0.03) {
      const before = by()
      term++
      // The new commander says something, and from then on the old one's word counts for nothing.
      if (server.steer({ type: 'pause', by: by(), reason: 'I have it' }) && server.steer({ type: 'resume', by: before })) wrong.push(`an order under term ${before.term ?? 0} was obeyed under term ${term}`)
    }
  }
  const look = (): void => {
    scheduler.after(scheduler.between(300, 1_500), look)
    if (server.down) return
    const { status, steps, compensating } = server.seen()
    if (status === 'pending') return void server.steer({ type: 'start', by: by() })
    if (status === 'running' && scheduler.now() < stormMs) whim()
    if (status === 'aborted' && !compensating) return void settleAll(steps, () => server.steer({ type: 'compensate', by: by(), reason: 'back to where it was' }))
    if (status === 'paused') settleAll(steps, () => server.steer({ type: 'resume', by: by() }))
  }
  /** Says of every step that hangs what is so, then goes on. */
  const settleAll = (steps: readonly MachineStep[], goOn: () => void): void => {
    for (const { key, status, repeatable } of steps) {
      const happened = there(key)
      if (status === 'indeterminate') {
        // The word stands before the deed: an effect may follow it at once.
        word(key, happened ? 'happened' : 'again')
        if (server.steer({ type: 'settle', key, happened, by: by(), reason: 'looked' })) asked++
      } else if (status === 'failed' || (status === 'cancelled' && !repeatable)) {
        // A step that was cut off may have had its effect: then it is left as it is.
        word(key, happened && !repeatable ? 'skip' : 'again')
        server.steer({ type: happened && !repeatable ? 'skip' : 'retry', key, by: by(), reason: 'looked' })
      }
    }
    goOn()
  }
  look()
  return { asked: () => asked, wrong }
}
