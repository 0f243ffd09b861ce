import type { Scheduler } from './scheduler.ts'

/** How bad it is; every number is a probability but the delay. */
export interface Weather {
  drop: number
  duplicate: number
  /** Milliseconds, at most. */
  delay: number
  serverCrash: number
  agentCrash: number
  agentFreeze: number
  /** That a message finds its agent's line cut, for up to half a minute. */
  cut: number
}

export const storm: Weather = { drop: 0.08, duplicate: 0.08, delay: 400, serverCrash: 0.02, agentCrash: 0.012, agentFreeze: 0.006, cut: 0.004 }
export const calm: Weather = { drop: 0, duplicate: 0, delay: 5, serverCrash: 0, agentCrash: 0, agentFreeze: 0, cut: 0 }

export type Injected = Record<'dropped' | 'duplicated' | 'delayed' | 'server crashed before the commit' | 'answer lost after the commit' | 'agent crashed' | 'agent frozen' | 'line cut', number>

export const nothingInjected = (): Injected => ({ dropped: 0, duplicated: 0, delayed: 0, 'server crashed before the commit': 0, 'answer lost after the commit': 0, 'agent crashed': 0, 'agent frozen': 0, 'line cut': 0 })

/** Carries messages as a bad network does: some never arrive, some arrive twice, and the order is not kept. */
export function createNetwork(scheduler: Scheduler, weather: () => Weather, injected: Injected): { send(who: string, deliver: () => void): void } {
  const cutUntil = new Map<string, number>()
  const once = (deliver: () => void): void => {
    const { delay } = weather()
    const ms = scheduler.between(1, 1 + delay)
    if (ms > 100) injected.delayed++
    scheduler.after(ms, deliver)
  }
  return {
    send(who, deliver) {
      const { drop, duplicate, cut } = weather()
      if (scheduler.chance() < cut) {
        injected['line cut']++
        cutUntil.set(who, scheduler.now() + scheduler.between(1_000, 30_000))
      }
      if ((cutUntil.get(who) ?? 0) > scheduler.now()) return
      if (scheduler.chance() < drop) {
        injected.dropped++
        return
      }
      once(deliver)
      if (scheduler.chance() < duplicate) {
        injected.duplicated++
        once(deliver)
      }
    },
  }
}
