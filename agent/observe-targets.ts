import { becauseOf } from './because.ts'
import type { Target } from './config.ts'
import { driverOf } from './drivers/driver-of.ts'
import { monotonicMs } from './monotonic.ts'
import { pause } from './pause.ts'
import type { Observation } from './protocol.ts'

const longestAskMs = 8_000
/** What was seen longer ago is not what runs now. */
const staleMs = 10_000

export interface Watch {
  /** What is known of every target now. */
  observations: () => Observation[]
  /** Resolves when every target was asked once. */
  first: Promise<void>
}

/** Keeps asking every target what runs there, each at its own pace, so that a slow one hides no other. */
export function watchTargets(targets: readonly Target[], { everyMs, onChange, tell, signal }: { everyMs: number; onChange: () => void; tell: (sentence: string) => void; signal: AbortSignal }): Watch {
  const seen = new Map<string, { observation: Observation; at: number; text: string }>()

  async function look(target: Target): Promise<void> {
    const { service } = target
    let observation: Observation
    try {
      const instances = await driverOf(target).observe({ signal: AbortSignal.timeout(longestAskMs), guarded: false, log: () => undefined })
      observation = { service, instances: [...instances].sort((a, b) => a.id.localeCompare(b.id)), unreachable: false }
    } catch (error) {
      observation = { service, instances: [], unreachable: true }
      if (!signal.aborted) tell(`${service}: ${becauseOf(error)}`)
    }
    const text = JSON.stringify(observation)
    const changed = seen.get(service)?.text !== text
    seen.set(service, { observation, at: monotonicMs(), text })
    if (changed) onChange()
  }

  async function keepLooking(target: Target): Promise<void> {
    // A supervisor answers for next to nothing; a user's script starts a process each time.
    const pace = target.driver === 'process' ? Math.min(1_000, everyMs) : everyMs
    while (!signal.aborted) {
      await pause(pace, signal)
      if (!signal.aborted) await look(target)
    }
  }

  const first = Promise.all(targets.map(look)).then(() => {
    for (const target of targets) void keepLooking(target)
  })
  return {
    first,
    observations: () =>
      targets.map(({ service }) => {
        const held = seen.get(service)
        return held && monotonicMs() - held.at <= staleMs ? held.observation : { service, instances: [], unreachable: true }
      }),
  }
}
